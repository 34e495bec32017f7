import Table from 'cli-table3'
import { metrics, type Change, type ChangeOutcome } from '../verdict/index.ts'
import type { Paint } from './paint.ts'
import { borderless, linesOf } from './plain-table.ts'
import { pointName } from './point-name.ts'
import { fit, textWidth } from './text-width.ts'

const GAP = 2
const NARROWEST_NAME = 10

/** Rows shown; the rest is in the verdict's file. */
const MOST_ROWS = 30

/** What a change is called; what noise explains has no name. */
export const changeWords: Readonly<Record<ChangeOutcome, string>> = {
  identical: '',
  same: '',
  better: 'better',
  worse: 'worse',
  unsure: 'worse?',
}

/**
 * What got worse, perhaps worse or better, by how much, beside what noise explains: trained accuracies first, of one figure the
 * worst first. Empty where nothing did.
 */
export function changesTable(
  changes: readonly Change[],
  { columns, paint }: { columns: number; paint: Paint },
): readonly string[] {
  const told = toldChanges(changes)
  if (told.length === 0) return []
  const rows = told.slice(0, MOST_ROWS)
  const columnsOfAll: readonly Column[] = [
    { heading: '', text: ({ group, metric }) => `  ${pointName(group)} ${metrics[metric].short}` },
    ...figureColumns,
    { heading: '', text: ({ outcome, gates }) => `${changeWords[outcome]}${gates ? '' : '*'}` },
  ]
  const shown = fitting(columnsOfAll, rows, columns)
  const [first = 0, ...others] = shown.map((column) => widthOf(column, rows))
  const name = Math.max(NARROWEST_NAME, Math.min(first, columns - sumWithGaps(others)))
  const table = new Table({
    ...borderless,
    colWidths: [name, ...others.map((width) => GAP + width)],
    colAligns: shown.map((_, i) => (i === 0 ? 'left' : 'right')),
  })
  table.push(shown.map(({ heading }) => paint.dim(heading)))
  for (const row of rows) {
    const [label = '', ...figures] = shown.map(({ text }) => text(row))
    const colours = {
      worse: paint.red,
      unsure: paint.yellow,
      better: paint.green,
      same: paint.dim,
      identical: paint.dim,
    }
    table.push([fit(label, name), ...figures.slice(0, -1), colours[row.outcome](figures.at(-1) ?? '')])
  }
  const left = told.length - rows.length
  return [
    ...linesOf(table),
    ...(left > 0 ? [paint.dim(`  and ${left} more, in verdict.json`)] : []),
    ...(rows.some(({ gates }) => !gates) ? [paint.dim('  * informs, fails nothing')] : []),
  ]
}

/** The changes that noise does not explain, the worst first. */
export function toldChanges(changes: readonly Change[]): readonly Change[] {
  return changes.filter(({ outcome }) => changeWords[outcome] !== '').sort((a, b) => rank(a) - rank(b))
}

function rank({ outcome, gates }: Change): number {
  return ['worse', 'unsure', 'better', 'same', 'identical'].indexOf(outcome) + (gates ? 0 : 0.5)
}

/** Before, now, change, interval and limit of a change, in words. */
export function figuresOf(change: Change): readonly string[] {
  return figureColumns.map(({ text }) => text(change))
}

interface Column {
  readonly heading: string
  readonly text: (change: Change) => string
  /** Left out where there is no room for it. */
  readonly spare?: true
}

const figureColumns: readonly Column[] = [
  { heading: 'before', text: ({ metric, before }) => plain(metric, before) },
  { heading: 'now', text: ({ metric, now }) => plain(metric, now) },
  { heading: 'change', text: ({ metric, difference }) => signed(metric, difference) },
  {
    heading: 'interval',
    text: ({ metric, interval }) => interval?.map((end) => signed(metric, end)).join('…') ?? '–',
    spare: true,
  },
  { heading: 'limit', text: ({ metric, limit }) => (limit === null ? '–' : signed(metric, limit)) },
]

function fitting(all: readonly Column[], rows: readonly Change[], columns: number): readonly Column[] {
  return sumWithGaps(all.map((column) => widthOf(column, rows))) - GAP <= columns
    ? all
    : all.filter(({ spare }) => spare === undefined)
}

function widthOf({ heading, text }: Column, rows: readonly Change[]): number {
  return Math.max(textWidth(heading), ...rows.map((row) => textWidth(text(row))))
}

function sumWithGaps(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + GAP + width, 0)
}

function plain(metric: Change['metric'], x: number): string {
  return metrics[metric].unit === 'ms' ? x.toPrecision(3) : x.toFixed(2)
}

/** Times are compared by their logarithms: their changes are told as shares. */
function signed(metric: Change['metric'], difference: number): string {
  const time = metrics[metric].unit === 'ms'
  const x = time ? 100 * (Math.exp(-difference) - 1) : difference
  return `${x < 0 ? '−' : '+'}${time ? `${Math.abs(x).toFixed(0)} %` : Math.abs(x).toFixed(2)}`
}
