import type { CellRecord, Results, RunDetails } from '../results/index.ts'
import type { Paint } from './paint.ts'
import { sparkline } from './sparkline.ts'
import { padEnd, textWidth, wrap } from './text-width.ts'
import { counted, seedOf, share } from './words.ts'

/** Columns of a trace that tell how good the masks are, the most telling first. */
const TELLING = ['averageAccuracy', 'accuracy', 'mean', 'best']
const WIDEST = 60
const NARROWEST = 12
/** More searches than these are in the report alone. */
const MOST = 12

interface Row {
  readonly name: string
  readonly values: readonly number[]
}

/**
 * What searches went through, a line of bars for each criterion, sparsity and k, of its first seed (and repeat). Empty where no search
 * was run, or the terminal is too narrow for bars.
 */
export function traceCharts(
  { cells, identity }: Pick<Results, 'cells' | 'identity'>,
  { traces }: Pick<RunDetails, 'traces'>,
  { columns, paint }: { columns: number; paint: Paint },
): readonly string[] {
  const seed = Math.min(...cells.filter(({ id }) => traces.has(id)).map(({ point }) => point.seed))
  const ofSeed = cells.filter(({ id, point }) => traces.has(id) && point.seed === seed)
  const repeat = ofSeed[0]?.point.searchSeed
  const own = ofSeed.filter(({ point }) => point.searchSeed === repeat)
  const several = new Set(own.map(({ point }) => point.k)).size > 1
  const all = own.flatMap((cell): Row[] => {
    const trace = traces.get(cell.id) ?? {}
    const column = TELLING.find((name) => (trace[name]?.length ?? 0) > 1)
    return column === undefined ? [] : [{ name: nameOf(cell, several), values: trace[column] ?? [] }]
  })
  const rows = all.slice(0, MOST)
  const nameWidth = Math.max(0, ...rows.map(({ name }) => textWidth(name)))
  const ends = rows.map(({ values }) =>
    [values[0], values.at(-1)].map((x) => (x ?? 0).toFixed(1)).join(' → '),
  )
  const room = columns - nameWidth - Math.max(0, ...ends.map(textWidth)) - 4
  if (rows.length === 0 || room < NARROWEST) return []
  const numbers = rows.flatMap(({ values }) => values)
  const scale = { width: Math.min(WIDEST, room), low: Math.min(...numbers), high: Math.max(...numbers) }
  const searchSet = identity.criteria.find(({ label }) => label === own[0]?.point.criterion)?.searchSet ?? 0
  const title = `Searches, ${own[0] ? seedOf(own[0].point) : ''}: accuracy in % on ${counted(searchSet, 'training image')}, from the first mask to the last.`
  const left = all.length - rows.length
  return [
    ...wrap(left > 0 ? `${title} ${left} more in the report.` : title, columns).map((line) =>
      paint.dim(line),
    ),
    ...rows.map(
      ({ name, values }, i) =>
        `${padEnd(name, nameWidth)}  ${padEnd(paint.cyan(sparkline(values, scale)), scale.width)}  ${ends[i] ?? ''}`,
    ),
  ]
}

function nameOf({ point: { criterion, sparsity, k } }: CellRecord, several: boolean): string {
  return `${criterion} ${share(sparsity)}${several ? ` k=${k}` : ''}`
}
