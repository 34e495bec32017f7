import Table from 'cli-table3'
import type { Group, Results } from '../results/index.ts'
import { groupNames } from './group-name.ts'
import { collapsedWhere, maskCaveats } from './mask-words.ts'
import type { Paint } from './paint.ts'
import { borderless, linesOf } from './plain-table.ts'
import { achievedAt, resultsColumns, type AbsentColumn, type ResultsColumn } from './results-columns.ts'
import { fit, textWidth } from './text-width.ts'
import { cellsOf, share } from './words.ts'

export interface TableOptions {
  readonly columns: number
  readonly paint: Paint
}

export interface ResultsTable {
  readonly lines: readonly string[]
  readonly shown: readonly ResultsColumn[]
  /** Left out because they have nothing to say. */
  readonly absent: readonly AbsentColumn[]
  /** Left out because the terminal is too narrow. */
  readonly narrow: readonly ResultsColumn[]
}

const GAP = 2
const NARROWEST_NAME = 10

/** The groups as a table: the control, then a section for every sparsity with a row for every criterion (and k). */
export function resultsTable({ groups, identity }: Results, { columns, paint }: TableOptions): ResultsTable {
  const { shown: wanted, absent } = resultsColumns(groups, identity)
  const name = groupNames(groups, identity.criteria)
  const names = groups.map((group) => `${group.control ? '' : '  '}${name(group)}`)
  const nameWidth = Math.max(NARROWEST_NAME, ...names.map(textWidth))
  const { shown, narrow } = fitting(wanted, groups, nameWidth, columns)
  const used = shown.reduce((sum, column) => sum + GAP + columnWidth(column, groups), 0)
  const firstWidth = Math.max(NARROWEST_NAME, Math.min(nameWidth, columns - used))

  const table = new Table({
    ...borderless,
    colWidths: [firstWidth, ...shown.map((column) => GAP + columnWidth(column, groups))],
    colAligns: ['left', ...shown.map(() => 'right' as const)],
  })
  const judged = shown.find(({ metric }) => metric === identity.merit)
  const whole = shown.length + 1
  const spanning = (text: string) => [{ content: text, colSpan: whole, hAlign: 'left' as const }]
  table.push(['', ...upperHeadings(shown, groups, paint)])
  table.push([paint.dim('accuracy in %'), ...shown.map(({ heading }) => paint.dim(heading[1]))])
  table.push(spanning(paint.dim('─'.repeat(firstWidth + used))))

  const row = (group: Group, best: number | null) => {
    const indent = group.control ? '' : '  '
    const label = fit(indent + name(group), firstWidth)
    const endings = endingLines(group, paint)
    if (group.statuses.ok === 0) {
      const [only = '', ...more] = endings
      table.push([label, { content: '  ' + only, colSpan: shown.length, hAlign: 'left' }])
      for (const text of more)
        table.push(['', { content: '  ' + text, colSpan: shown.length, hAlign: 'left' }])
      return
    }
    table.push([
      label,
      ...shown.map((column) => {
        const value = column.value?.(group)
        const text = column.text(group)
        return column === judged && value === best && value !== null ? paint.bold(text) : text
      }),
    ])
    for (const text of endings) table.push(spanning(`${indent}  ${text}`))
  }

  for (const control of groups.filter((group) => group.control)) row(control, null)
  const pruned = groups.filter((group) => !group.control)
  for (const sparsity of [...new Set(pruned.map((group) => group.sparsity))].sort((a, b) => a - b)) {
    const section = pruned.filter((group) => group.sparsity === sparsity)
    const achieved = achievedAt(sparsity, pruned)
    table.push(spanning(''))
    table.push(
      spanning(
        paint.cyan(`${share(sparsity)} pruned`) + (achieved ? paint.dim(` (achieved ${achieved} %)`) : ''),
      ),
    )
    const best = bestValue(section, judged)
    for (const group of section) row(group, best)
  }
  return { lines: linesOf(table), shown, absent, narrow }
}

/** The columns there is room for; those of the highest ranks go first. */
function fitting(
  wanted: readonly ResultsColumn[],
  groups: readonly Group[],
  nameWidth: number,
  columns: number,
): { shown: ResultsColumn[]; narrow: ResultsColumn[] } {
  const shown = wanted.filter(({ from = 0 }) => from <= columns)
  const narrow = wanted.filter(({ from = 0 }) => from > columns)
  const width = () => shown.reduce((sum, column) => sum + GAP + columnWidth(column, groups), nameWidth)
  while (width() > columns && shown.length > 1) {
    const last = shown.reduce((a, b) => (b.rank > a.rank ? b : a))
    shown.splice(shown.indexOf(last), 1)
    narrow.unshift(last)
  }
  return { shown, narrow }
}

function columnWidth(column: ResultsColumn, groups: readonly Group[]): number {
  return Math.max(...column.heading.map(textWidth), ...groups.map((group) => textWidth(column.text(group))))
}

/** The upper line of the heading: equal neighbours are said once, over a line that joins their columns. */
function upperHeadings(shown: readonly ResultsColumn[], groups: readonly Group[], paint: Paint): string[] {
  const widths = shown.map((column) => GAP + columnWidth(column, groups))
  const texts: string[] = []
  for (let from = 0; from < shown.length;) {
    const text = shown[from]?.heading[0] ?? ''
    let to = from + 1
    while (shown[to]?.heading[0] === text) to++
    const joined = widths.slice(from, to)
    if (joined.length === 1) texts.push(text)
    else {
      // Cut at the borders of the columns rather than spanning them: the table library counts a border that is not there.
      const rule = joined.reduce((sum, width) => sum + width, 0) - GAP - text.length - 2
      let rest = `${' '.repeat(GAP)}${'─'.repeat(Math.floor(rule / 2))} ${text} ${'─'.repeat(Math.ceil(rule / 2))}`
      for (const width of joined) {
        texts.push(rest.slice(0, width))
        rest = rest.slice(width)
      }
    }
    from = to
  }
  return texts.map((text) => paint.dim(text))
}

/** The highest figure of merit, where there are several to choose from. */
function bestValue(section: readonly Group[], judged: ResultsColumn | undefined): number | null {
  const values = section.map((group) => judged?.value?.(group) ?? null).filter((x) => x !== null)
  return values.length > 1 ? Math.max(...values) : null
}

/** What became of the cells that are not in the statistics, and what to know of the masks. */
function endingLines(group: Group, paint: Paint): string[] {
  const { statuses, emptyLayers } = group
  const of = (n: number) => `(${n} of ${cellsOf(group)})`
  const lines: string[] = []
  if (statuses.collapsed > 0) {
    lines.push(paint.yellow(`collapsed: ${collapsedWhere(emptyLayers)} ${of(statuses.collapsed)}`))
  }
  if (statuses.failed > 0) lines.push(paint.red(`failed ${of(statuses.failed)}`))
  if (statuses.cancelled > 0) lines.push(paint.yellow(`not run ${of(statuses.cancelled)}`))
  return [...lines, ...maskCaveats(group).map(paint.yellow)]
}
