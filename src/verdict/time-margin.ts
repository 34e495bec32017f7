import type { MetricName } from '../plugin/index.ts'
import type { CellRecord } from '../results/index.ts'

/** Names of times of inference, and what they are of. */
const networks = { latencyFull: 'full', latencyMasked: 'masked', latencyDeleted: 'deleted' } as const

type TimeMetric = keyof typeof networks
type Range = readonly [low: number, high: number]

export function isTime(metric: MetricName): metric is TimeMetric {
  return metric in networks
}

/**
 * Between which bounds the times of cells lie below what they are held against (`target − value`, in ms, mean over cells), as
 * far as their measurements tell: a time that is held against another of the same cell, by the interval of the speed-up that
 * was measured in paired rounds; any other by the quartiles of both. Null where a time is missing.
 */
export function timeMargin(
  cells: readonly CellRecord[],
  metric: TimeMetric,
  against: number | { readonly cells: readonly CellRecord[]; readonly metric: MetricName },
): Range | null {
  const ranges = cells.flatMap((cell): readonly Range[] => {
    const own = quartiles(cell, metric)
    if (own === null) return []
    if (typeof against === 'number') return [[against - own[1], against - own[0]]]
    const { metric: other } = against
    if (!isTime(other)) return []
    const paired = against.cells.includes(cell) ? pairedMargin(cell, metric, other) : null
    if (paired !== null) return [paired]
    const others = against.cells
      .filter(({ point }) => point.seed === cell.point.seed)
      .flatMap((one) => {
        const range = quartiles(one, other)
        return range === null ? [] : [range]
      })
    if (others.length === 0) return []
    const [low, high] = meanOf(others)
    return [[low - own[1], high - own[0]]]
  })
  return ranges.length === 0 ? null : meanOf(ranges)
}

/** Of two times of one cell, one of them the full network's. */
function pairedMargin({ latency }: CellRecord, metric: TimeMetric, other: TimeMetric): Range | null {
  if (latency === null || (metric === 'latencyFull') === (other === 'latencyFull')) return null
  const name = networks[metric === 'latencyFull' ? other : metric]
  const pruned = name === 'full' ? null : latency[name]
  if (pruned === null) return null
  const { low, high } = pruned.speedup
  const [least, most] = [pruned.medianMs * (low - 1), pruned.medianMs * (high - 1)]
  return other === 'latencyFull' ? [least, most] : [-most, -least]
}

function quartiles({ status, latency }: CellRecord, metric: TimeMetric): Range | null {
  const times = status === 'ok' ? latency?.[networks[metric]] : null
  return times ? [times.p25Ms, times.p75Ms] : null
}

function meanOf(ranges: readonly Range[]): Range {
  const mean = (end: 0 | 1) => ranges.reduce((sum, range) => sum + range[end], 0) / ranges.length
  return [mean(0), mean(1)]
}
