import type { Group, Results, Statistic } from '../results/index.ts'
import { groupNames } from './group-name.ts'
import type { Paint } from './paint.ts'
import { bySparsity, sectionTable, type FigureColumn } from './section-table.ts'
import { compact, speedup, times } from './words.ts'

/**
 * What networks cost: parameters, multiply-adds and measured times, each beside how many times less that is than the full
 * network's. Empty where nothing is deleted or timed.
 */
export function costTable(
  { groups, identity }: Pick<Results, 'groups' | 'identity'>,
  options: { columns: number; paint: Paint },
): readonly string[] {
  const timed = groups.some(({ latency }) => latency.full !== null)
  const priced = groups.filter(({ parameters, layers }) => parameters !== null || layers.length > 0)
  if (priced.length === 0 || (identity.granularity === 'weight' && !timed)) return []
  const all = [...costs, ...(timed ? latencies(priced) : [])]
  return sectionTable(bySparsity(priced), all, {
    title: 'cost',
    name: groupNames(groups, identity.criteria),
    ...options,
  }).lines
}

const costs: readonly FigureColumn[] = [
  { heading: ['', 'params'], text: ({ parameters }) => (parameters ? compact(parameters.mean) : '–') },
  { heading: ['', 'fewer'], text: ({ compressionRatio }) => times(compressionRatio?.mean) },
  { heading: ['', 'MACs'], text: ({ macs }) => (macs ? compact(macs.mean) : '–') },
  { heading: ['', 'fewer'], text: ({ theoreticalSpeedup }) => times(theoreticalSpeedup?.mean) },
]

function latencies(groups: readonly Group[]): readonly FigureColumn[] {
  const ms = (time: Statistic | null) => (time === null ? '–' : time.mean.toPrecision(3))
  const masked: FigureColumn = { heading: ['masked', 'ms'], text: ({ latency }) => ms(latency.masked) }
  if (groups.every(({ latency }) => latency.deleted === null)) return []
  const deleted: FigureColumn = { heading: ['deleted', 'ms'], text: ({ latency }) => ms(latency.deleted) }
  const faster: FigureColumn = {
    heading: ['', 'faster'],
    text: ({ latency }) => (latency.speedup ? speedup(latency.speedup) : '–'),
  }
  return [deleted, faster, masked]
}
