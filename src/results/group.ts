import { accuracyOf, type AccuracyName } from './accuracy.ts'
import { meanBySeed } from './mean-by-seed.ts'
import { statistic } from './statistics.ts'
import { tiedShare } from './ties.ts'
import type { CellRecord, Group, Statistic } from './types.ts'

/**
 * Cells in the order of reports: the control first, then criteria in the order in which they first appear, then by
 * sparsity, k, seed and repeat of the search.
 */
export function orderCells(records: readonly CellRecord[]): CellRecord[] {
  const rank = new Map<string, number>()
  for (const { point } of records) if (!rank.has(point.criterion)) rank.set(point.criterion, rank.size)
  const place = ({ point }: CellRecord): number[] => [
    point.control ? 0 : 1,
    rank.get(point.criterion) ?? 0,
    point.sparsity,
    point.k,
    point.seed,
    point.searchSeed ?? 0,
  ]
  return [...records].sort((a, b) => compare(place(a), place(b)))
}

/** Statistics over the seeds of every criterion, sparsity and k, in the order of reports. */
export function groupCells(records: readonly CellRecord[]): Group[] {
  const groups = new Map<string, CellRecord[]>()
  for (const record of orderCells(records)) {
    const { control, criterion, sparsity, k } = record.point
    const name = JSON.stringify([control, criterion, sparsity, k])
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [record])
    else group.push(record)
  }
  return [...groups.values()].map(summarise)
}

function summarise(cells: readonly CellRecord[]): Group {
  const { criterion, sparsity, k, control } = (cells[0] as CellRecord).point
  const ok = cells.filter(({ status }) => status === 'ok')
  const over = (value: (cell: CellRecord) => number | null): Statistic | null =>
    statistic([...meanBySeed(ok, ({ point }) => point.seed, value).values()])
  const accuracy = (name: AccuracyName): Statistic | null => over((cell) => accuracyOf(cell, name))
  const ended = (status: CellRecord['status']) => cells.filter((cell) => cell.status === status).length
  return {
    criterion,
    sparsity,
    k,
    control,
    seeds: [...new Set(cells.map(({ point }) => point.seed))],
    statuses: {
      ok: ok.length,
      collapsed: ended('collapsed'),
      failed: ended('failed'),
      cancelled: ended('cancelled'),
    },
    emptyLayers: [...new Set(cells.flatMap(({ emptyLayers }) => emptyLayers))],
    tiedShare: largest(cells.map(tiedShare)),
    achievedSparsity: over((cell) => cell.sparsity.achieved),
    search: accuracy('search'),
    validation: accuracy('validation'),
    atK: accuracy('atK'),
    rewind: accuracy('rewind'),
    last: accuracy('last'),
    validationSelected: accuracy('validationSelected'),
    bestOnTest: accuracy('bestOnTest'),
    orthogonality: over((cell) => cell.orthogonality && cell.orthogonality.thesis),
    orthogonalityLee: over((cell) => cell.orthogonality && cell.orthogonality.lee),
    effectiveSparsity: over(({ effective }) => effective && 1 - effective.kept / effective.total),
    jacobianMean: over(({ jacobian }) => jacobian && jacobian.mean),
    jacobianSd: over(({ jacobian }) => jacobian && jacobian.sd),
    parameters: over((cell) => cell.cost && cell.cost.parameters.kept),
    macs: over((cell) => cell.cost?.macs?.kept ?? null),
    compressionRatio: over((cell) => cell.cost?.compressionRatio ?? null),
    theoreticalSpeedup: over((cell) => cell.cost?.theoreticalSpeedup ?? null),
    layers: layersOf(cells),
    latency: {
      full: over(({ latency }) => latency && latency.full.medianMs),
      masked: over(({ latency }) => latency?.masked?.medianMs ?? null),
      deleted: over(({ latency }) => latency?.deleted?.medianMs ?? null),
      speedup: speedupOf(ok),
    },
    seconds: over((cell) => cell.seconds),
  }
}

/** Of networks without their filters: as fast as the mean of them, and no surer than all of them together. */
function speedupOf(cells: readonly CellRecord[]): Group['latency']['speedup'] {
  const all = cells.flatMap(({ latency }) => latency?.deleted?.speedup ?? [])
  const mean = statistic(all.map(({ median }) => median))?.mean
  return mean === undefined
    ? null
    : {
        median: mean,
        low: Math.min(...all.map(({ low }) => low)),
        high: Math.max(...all.map(({ high }) => high)),
      }
}

/** What each layer keeps, over all cells that have a mask: a layer that lost everything is worth seeing. */
function layersOf(cells: readonly CellRecord[]): Group['layers'] {
  const first = cells.find(({ layers }) => layers !== null)?.layers ?? []
  return first.map(({ name, total }, i) => {
    const kept = statistic([
      ...meanBySeed(
        cells,
        ({ point }) => point.seed,
        ({ layers }) => layers?.[i]?.kept,
      ).values(),
    ])
    return { name, total, kept: kept as Statistic }
  })
}

function largest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : Math.max(...known)
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [i, x] of a.entries()) {
    const difference = x - (b[i] as number)
    if (difference !== 0) return difference
  }
  return 0
}
