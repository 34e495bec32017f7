import type { Group, Results } from '../results/index.ts'
import type { Paint } from './paint.ts'
import { bySparsity, sectionTable, type FigureColumn } from './section-table.ts'
import { compact, times } from './words.ts'

/**
 * What networks cost: parameters, multiply-adds and measured times, each beside how many times less that is than the full
 * network's. Empty where nothing is deleted or timed.
 */
export function costTable(
  { groups, identity }: Pick<Results, 'groups' | 'identity'>,
  options: { columns: number; paint: Paint },
): readonly string[] {
  const timed = groups.some(({ latency }) => latency.full !== null)
  const priced = groups.filter(({ totals }) => totals !== null)
  if (priced.length === 0 || (identity.granularity === 'weight' && !timed)) return []
  const all = [...costs, ...(timed ? latencies(priced) : [])]
  return sectionTable(bySparsity(priced), all, { title: 'cost', ...options }).lines
}

const costs: readonly FigureColumn[] = [
  { heading: ['', 'params'], text: ({ parameters }) => (parameters ? compact(parameters.mean) : '–') },
  {
    heading: ['compres-', 'sion'],
    text: ({ parameters, totals }) => times(totals?.parameters, parameters?.mean),
  },
  { heading: ['', 'MACs'], text: ({ macs }) => (macs ? compact(macs.mean) : '–') },
  { heading: ['in theory', 'faster'], text: ({ macs, totals }) => times(totals?.macs, macs?.mean) },
]

function latencies(groups: readonly Group[]): readonly FigureColumn[] {
  const deleted = groups.some(({ latency }) => latency.deleted !== null)
  const ms = (value: number | undefined) => (value === undefined ? '–' : `${value.toPrecision(3)} ms`)
  const masked: FigureColumn = {
    heading: ['as zeros', 'takes'],
    text: ({ latency, control }) => ms((control ? latency.full : latency.masked)?.mean),
  }
  if (!deleted) return [masked]
  return [
    masked,
    { heading: ['deleted', 'takes'], text: ({ latency }) => ms(latency.deleted?.mean) },
    {
      heading: ['measured', 'faster'],
      text: ({ latency }) => times(latency.full?.mean, latency.deleted?.mean),
    },
  ]
}
