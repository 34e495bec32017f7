import Table from 'cli-table3'
import type { Group } from '../results/index.ts'
import type { Paint } from './paint.ts'
import { borderless, linesOf } from './plain-table.ts'
import { fit, textWidth } from './text-width.ts'
import { share } from './words.ts'

/** A column of figures: two lines of heading, and what stands there for a group. */
export interface FigureColumn {
  readonly heading: readonly [string, string]
  readonly text: (group: Group) => string
}

const GAP = 2
const NARROWEST_NAME = 10

/**
 * Figures of groups, as many columns from the left as there is room for: the control, then a section for every sparsity.
 * `title` stands over the first column.
 */
export function sectionTable(
  groups: readonly Group[],
  all: readonly FigureColumn[],
  { title, columns, paint }: { title: string; columns: number; paint: Paint },
): { readonly lines: readonly string[]; readonly shown: number } {
  const names = groups.map((group) => groupName(group, groups))
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
  table.push(['', ...figures.map(({ heading }) => paint.dim(heading[0]))])
  table.push([paint.dim(title), ...figures.map(({ heading }) => paint.dim(heading[1]))])
  table.push(spanning(paint.dim('─'.repeat(used))))
  let sparsity: number | null = null
  groups.forEach((group, i) => {
    if (!group.control && group.sparsity !== sparsity) {
      sparsity = group.sparsity
      table.push(spanning(''), spanning(paint.cyan(`${share(sparsity)} pruned`)))
    }
    table.push([fit(names[i] ?? '', nameWidth), ...figures.map(({ text }) => text(group))])
  })
  return { lines: linesOf(table), shown }
}

/** Groups as reports list them: the control, then by sparsity, in the order of criteria and k. */
export function bySparsity(groups: readonly Group[]): Group[] {
  const pruned = groups.filter(({ control }) => !control)
  return [
    ...groups.filter(({ control }) => control),
    ...[...new Set(pruned.map(({ sparsity }) => sparsity))]
      .sort((a, b) => a - b)
      .flatMap((sparsity) => pruned.filter((group) => group.sparsity === sparsity)),
  ]
}

/** The criterion, and its k where groups differ in it; indented under its sparsity. */
export function groupName(group: Group, groups: readonly Group[]): string {
  if (group.control) return group.criterion
  const several = new Set(groups.filter((g) => !g.control).map(({ k }) => k)).size > 1
  return `  ${group.criterion}${several ? ` k=${group.k}` : ''}`
}
