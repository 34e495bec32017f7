import type { CellRecord, Results, RunSummary } from '../results/index.ts'
import { failureGroups, lossOf } from './failure-groups.ts'
import { failureLines } from './failure-lines.ts'
import type { Paint } from './paint.ts'
import { wrap } from './text-width.ts'
import { counted, duration, roughDuration, shortened } from './words.ts'

/** Failures, what was computed and where the results are: everything below the table. */
export function runFooter(
  results: Results,
  summary: RunSummary,
  {
    columns,
    paint,
    resultsFile,
    pageFile,
  }: { columns: number; paint: Paint; resultsFile: string; pageFile: string },
): string[] {
  const lines = (text: string) => wrap(text, columns)
  return [
    ...failureGroups(results.cells).flatMap(({ unit, failure, cells, figures }) => [
      ...lines(
        `${(figures === null ? paint.red : paint.yellow)(`${counted(cells.length, 'cell')} ${lossOf(figures, cells.length)}`)}: ${shortened(cells, 3)}`,
      ),
      ...failureLines(unit, failure, { columns, paint }),
      '',
    ]),
    ...missing(results.cells, summary).flatMap((text) => lines(paint.yellow(text))),
    ...lines(work(summary, paint)),
    `results: ${resultsFile}`,
    `report: ${pageFile}`,
  ]
}

/** That the table is not the whole of it, where it is not. */
function missing(cells: readonly CellRecord[], { command, rest }: RunSummary): string[] {
  const absent = cells.filter(({ status }) => status === 'cancelled').length
  if (absent === 0) return []
  const of = `! Not complete: ${absent} of ${counted(cells.length, 'cell')}`
  return [
    command === 'report'
      ? `${of} ${absent === 1 ? 'has' : 'have'} not been run to the end.`
      : `${of} ${absent === 1 ? 'was' : 'were'} not run. Run again to go on from here.`,
    ...(rest === undefined ? [] : [restLine(rest)]),
  ]
}

function restLine({ seconds, guessed }: NonNullable<RunSummary['rest']>): string {
  const of = guessed.length === 0 ? '' : ` (a guess for ${guessed.join(', ')}: none has run yet)`
  return `The rest takes about ${roughDuration(seconds)} at the pace of this run${of}.`
}

function work(summary: RunSummary, paint: Paint): string {
  const { command, computed, cached, failed, blocked, cancelled, seconds } = summary
  const failures = [
    failed > 0 ? paint.red(`${failed} failed`) : '',
    blocked > 0 ? paint.red(`${blocked} not run because of them`) : '',
  ].filter((text) => text !== '')
  const took = `in ${duration(seconds)}`
  if (computed === 0 && cancelled === 0 && failures.length === 0) {
    return `nothing was recomputed: all ${counted(cached, 'unit')} came from the store, ${took}`
  }
  if (command === 'report') {
    const stored = cached === 0 ? 'nothing is in the store' : `${counted(cached, 'unit')} from the store`
    const open = cancelled > 0 ? [paint.yellow(`${counted(cancelled, 'unit')} not computed yet`)] : []
    return `${[stored, ...failures, ...open].join(', ')}: run the suite to go on`
  }
  const stopped = cancelled > 0 ? [paint.yellow(`${cancelled} not run: stopped before the end`)] : []
  const parts = [`${counted(computed, 'unit')} computed`, `${cached} from the store`, ...failures, ...stopped]
  return `${parts.join(', ')}, ${took}`
}
