import Table from 'cli-table3'
import type { Paint } from './paint.ts'
import { textWidth } from './text-width.ts'

const GAP = 2

/** A table without borders: the first column to the left, numbers to the right, a total under a line. */
export function plainTable({
  paint,
  heading,
  rows,
  total,
}: {
  paint: Paint
  heading: readonly string[]
  rows: readonly (readonly string[])[]
  total: readonly string[]
}): string[] {
  const widths = heading.map((text, i) =>
    Math.max(...[text, total[i] ?? '', ...rows.map((row) => row[i] ?? '')].map(textWidth)),
  )
  const table = new Table({
    ...borderless,
    colWidths: widths.map((width, i) => width + (i === 0 ? 0 : GAP)),
    colAligns: widths.map((_, i) => (i === 0 ? 'left' : 'right')),
  })
  const rule = '─'.repeat(widths.reduce((sum, width) => sum + width + GAP, -GAP))
  const ruled = () => [{ content: paint.dim(rule), colSpan: widths.length }]
  table.push(
    heading.map((text) => paint.dim(text)),
    ruled(),
  )
  for (const row of rows) table.push([...row])
  table.push(ruled(), [...total])
  return linesOf(table)
}

/** How cli-table3 is told to draw nothing itself: neither borders nor colours, which it would also write into pipes. */
export const borderless = {
  chars: Object.fromEntries(
    ['top', 'bottom', 'left', 'right']
      .flatMap((side) => ['', '-mid', '-left', '-right'].map((place) => side + place))
      .concat('mid', 'left-mid', 'mid-mid', 'right-mid', 'middle')
      .map((place) => [place, ''] as const),
  ),
  style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
} satisfies Table.TableConstructorOptions

/** A table's lines without the spaces at their ends. */
export function linesOf(table: { toString(): string }): string[] {
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
}
