import Table from 'cli-table3'
import type { Group } from '../results/index.ts'
import type { Paint } from './paint.ts'
import { borderless, linesOf } from './plain-table.ts'
import { fit, textWidth } from './text-width.ts'
import { share } from './words.ts'

/** Where a row of figures belongs. */
type Placed = Pick<Group, 'control' | 'sparsity'>

/** A column of figures: two lines of heading, and what stands there for a group. */
export interface FigureColumn<G extends Placed = Group> {
  readonly heading: readonly [string, string]
  readonly text: (group: G) => string
}

export interface SectionTableOptions<G extends Placed> {
  /** Stands over the first column. */
  readonly title: string
  /** What a group is called there. */
  readonly name: (group: G) => string
  readonly columns: number
  readonly paint: Paint
}

const GAP = 2
const NARROWEST_NAME = 10

/**
 * Figures of groups, as many columns from the left as there is room for: the control, then a section for every sparsity.
 */
export function sectionTable<G extends Placed>(
  groups: readonly G[],
  all: readonly FigureColumn<G>[],
  { title, name, columns, paint }: SectionTableOptions<G>,
): { readonly lines: readonly string[]; readonly shown: number } {
  const names = groups.map((group) => (group.control ? '' : '  ') + name(group))
  const nameWidth = Math.max(NARROWEST_NAME, textWidth(title), ...names.map(textWidth))
  const widths = all.map(
    ({ heading, text }) =>
      GAP + Math.max(...heading.map(textWidth), ...groups.map((g) => textWidth(text(g)))),
  )
  let shown = 0
  let used = nameWidth
  while (shown < all.length && used + (widths[shown] ?? 0) <= columns) used += widths[shown++] ?? 0
  const figures = all.slice(0, shown)
  const table = new Table({
    ...borderless,
    colWidths: [nameWidth, ...widths.slice(0, shown)],
    colAligns: ['left', ...figures.map(() => 'right' as const)],
  })
  const spanning = (text: string) => [{ content: text, colSpan: shown + 1, hAlign: 'left' as const }]
  if (figures.some(({ heading }) => heading[0] !== ''))
    table.push(['', ...figures.map(({ heading }) => paint.dim(heading[0]))])
  table.push([paint.dim(title), ...figures.map(({ heading }) => paint.dim(heading[1]))])
  table.push(spanning(paint.dim('─'.repeat(used))))
  let sparsity: number | null = null
  groups.forEach((group, i) => {
    if (!group.control && group.sparsity !== sparsity) {
      sparsity = group.sparsity
      if (i > 0) table.push(spanning(''))
      table.push(spanning(paint.cyan(`${share(sparsity)} pruned`)))
    }
    table.push([fit(names[i] ?? '', nameWidth), ...figures.map(({ text }) => text(group))])
  })
  return { lines: linesOf(table), shown }
}

/** Groups as reports list them: the control, then by sparsity, in the order of criteria and k. */
export function bySparsity<G extends Placed>(groups: readonly G[]): G[] {
  const pruned = groups.filter(({ control }) => !control)
  return [
    ...groups.filter(({ control }) => control),
    ...[...new Set(pruned.map(({ sparsity }) => sparsity))]
      .sort((a, b) => a - b)
      .flatMap((sparsity) => pruned.filter((group) => group.sparsity === sparsity)),
  ]
}
