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
  const cells = rows.map((change) => [
    `  ${pointName(change.group)} ${metrics[change.metric].short}`,
    ...figuresOf(change),
    `${changeWords[change.outcome]}${change.gates ? '' : '*'}`,
  ])
  const heading = ['', 'before', 'now', 'change', 'interval', 'limit', '']
  const widths = heading.map((text, i) =>
    Math.max(textWidth(text), ...cells.map((row) => textWidth(row[i] ?? ''))),
  )
  const [name = 0, ...others] = widths
  const used = others.reduce((sum, width) => sum + GAP + width, 0)
  const first = Math.max(NARROWEST_NAME, Math.min(name, columns - used))
  const table = new Table({
    ...borderless,
    colWidths: [first, ...others.map((width) => GAP + width)],
    colAligns: widths.map((_, i) => (i === 0 ? 'left' : 'right')),
  })
  table.push(heading.map((text) => paint.dim(text)))
  rows.forEach(({ outcome }, i) => {
    const colour = {
      worse: paint.red,
      unsure: paint.yellow,
      better: paint.green,
      same: paint.dim,
      identical: paint.dim,
    }[outcome]
    const [label = '', ...rest] = cells[i] ?? []
    table.push([fit(label, first), ...rest.slice(0, -1), colour(rest.at(-1) ?? '')])
  })
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

/**
 * Before, now, change, interval and limit of a change, in words. Times are compared by their logarithms: their changes are
 * told as shares.
 */
export function figuresOf({ metric, before, now, difference, interval, limit }: Change): readonly string[] {
  const time = metrics[metric].unit === 'ms'
  const plain = (x: number) => (time ? x.toPrecision(3) : x.toFixed(2))
  const change = (x: number) => signed(time ? 100 * (Math.exp(-x) - 1) : x, time)
  return [
    plain(before),
    plain(now),
    change(difference),
    interval === null ? '–' : interval.map(change).join('…'),
    limit === null ? '–' : change(limit),
  ]
}

function signed(x: number, percent: boolean): string {
  const text = percent ? `${Math.abs(x).toFixed(0)} %` : Math.abs(x).toFixed(2)
  return `${x < 0 ? '−' : '+'}${text}`
}
