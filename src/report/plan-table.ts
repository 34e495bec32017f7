import { paint as painter } from './paint.ts'
import { plainTable } from './plain-table.ts'
import { fit, textWidth, wrap } from './text-width.ts'
import { counted, integer, magnitude } from './words.ts'

/** What would be run, as `prune-bench plan` shows it. */
export interface PlanOverview {
  readonly suite: string
  readonly profile: string
  readonly cells: readonly {
    readonly id: string
    /** Units it needs, directly or not, that are not in the store. */
    readonly missing: number
  }[]
  /** In topological order. */
  readonly units: readonly {
    readonly kind: string
    readonly label: string
    readonly weight: number
    readonly cached: boolean
  }[]
  /** The data set that would be used. */
  readonly data?: string
  /** Data sets the suite prefers to the one that is used, and why they are not. */
  readonly passedOver?: readonly { readonly name: string; readonly why: string }[]
}

export interface PlanTableOptions {
  readonly columns: number
  readonly colour: boolean
  /** How many cells are named at most. */
  readonly most?: number
}

/** Units by kind with what is to be computed, then the cells that are not complete. Ends in a line break. */
export function planTable(overview: PlanOverview, { columns, colour, most = 12 }: PlanTableOptions): string {
  const { suite, profile, cells, units, data, passedOver = [] } = overview
  const paint = painter(colour)
  const incomplete = cells.filter(({ missing }) => missing > 0)
  const compute = units.filter(({ cached }) => !cached)
  const weight = sumOfWeights(compute)
  const kinds = [...new Set(units.map(({ kind }) => kind))]
  const row = (name: string, of: PlanOverview['units']) => {
    const missing = of.filter(({ cached }) => !cached)
    const part = sumOfWeights(missing)
    return [
      name,
      integer(missing.length),
      integer(of.length - missing.length),
      part === 0 ? '–' : magnitude(part),
      weight === 0 ? '–' : `${Math.round((100 * part) / weight)} %`,
    ]
  }
  const table = plainTable({
    paint,
    heading: ['unit', 'to compute', 'in the store', 'multiply-adds', 'share'],
    rows: kinds.map((kind) =>
      row(
        kind,
        units.filter((unit) => unit.kind === kind),
      ),
    ),
    total: row('all', units),
  })
  const numberWidth = textWidth(integer(Math.max(0, ...incomplete.map(({ missing }) => missing))))
  const named = incomplete.slice(0, most).map(({ id, missing }) => {
    const count = integer(missing).padStart(numberWidth)
    return `  ${paint.dim(count)}  ${fit(id, columns - numberWidth - 4)}`
  })
  const verdict =
    compute.length === 0
      ? `nothing to compute: all ${counted(units.length, 'unit')} are in the store`
      : `${counted(incomplete.length, 'cell')} of ${integer(cells.length)} ${incomplete.length === 1 ? 'needs' : 'need'} ${counted(compute.length, 'unit')} that ${compute.length === 1 ? 'is' : 'are'} not in the store`
  return [
    `${paint.bold(suite)}, profile ${paint.bold(profile)}: ${counted(cells.length, 'cell')}, ${counted(units.length, 'unit')}`,
    ...passedOver.flatMap(({ name, why }) =>
      wrap(
        `${data === undefined ? 'Not' : `On ${data}, not`} on ${name}, which the suite prefers: ${why}`,
        columns - 2,
      ).map((line, i) => paint.yellow(`${i === 0 ? '!' : ' '} ${line}`)),
    ),
    '',
    ...table,
    '',
    ...wrap(verdict + (named.length > 0 ? ':' : ''), columns),
    ...named,
    ...(incomplete.length > named.length
      ? [`  ${' '.repeat(numberWidth)}  and ${integer(incomplete.length - named.length)} more`]
      : []),
    '',
  ].join('\n')
}

function sumOfWeights(units: PlanOverview['units']): number {
  return units.reduce((sum, { weight }) => sum + weight, 0)
}
