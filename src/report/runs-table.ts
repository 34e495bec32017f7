import { paint as painter } from './paint.ts'
import { padEnd, padStart, textWidth, wrap } from './text-width.ts'
import { duration, integer } from './words.ts'

/** A run by its journal. */
export interface RecordedRun {
  readonly id: string
  /** ISO 8601. */
  readonly began: string
  readonly suite: string
  readonly profile: string
  /** The words that chose its cells; null for all. */
  readonly filter: string | null
  readonly cells: number
  /** Units that it computed, and that failed. */
  readonly computed: number
  readonly failed: number
  /** `cut off`: its process was ended. */
  readonly end: 'done' | 'stopped' | 'cut off'
  readonly seconds: number | null
}

const HEADING = ['began (UTC)', 'suite', 'cells', 'computed', 'failed', 'time', 'end']
const NUMBERS = new Set([2, 3, 4, 5])
const GAP = '  '

/** Runs for a terminal, each with its name below it. Ends in a line break. */
export function runsTable(
  runs: readonly RecordedRun[],
  { columns, colour }: { columns: number; colour: boolean },
): string {
  const paint = painter(colour)
  const rows = runs.map((run) => [
    run.began.slice(0, 16).replace('T', ' '),
    `${run.suite}:${run.profile}`,
    integer(run.cells),
    integer(run.computed),
    integer(run.failed),
    run.seconds === null ? '–' : duration(run.seconds),
    run.end,
  ])
  const widths = HEADING.map((text, i) =>
    Math.max(...[text, ...rows.map((row) => row[i] ?? '')].map(textWidth)),
  )
  const line = (cells: readonly string[]) =>
    cells
      .map((text, i) => (NUMBERS.has(i) ? padStart : padEnd)(text, widths[i] ?? 0))
      .join(GAP)
      .trimEnd()
  const last = runs[0]
  return [
    paint.dim(line(HEADING)),
    ...runs.flatMap((run, i) => [
      line(rows[i] ?? []),
      ...wrap(`${run.id}${run.filter === null ? '' : `, only ${run.filter}`}`, columns - 2).map((text) =>
        paint.dim(`  ${text}`),
      ),
    ]),
    '',
    ...wrap(
      `prune-bench report <suite>, or report with the name of a run (${last?.id ?? ''}), shows its results as the store has them now.`,
      columns,
    ),
    '',
  ].join('\n')
}
