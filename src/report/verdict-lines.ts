import type { AssertionOutcome, AssertionResult, Comparison, Verdict } from '../verdict/index.ts'
import { changesTable } from './changes-table.ts'
import type { Paint } from './paint.ts'
import { pointName } from './point-name.ts'
import { wrap } from './text-width.ts'
import {
  assertionCounts,
  checkInWords,
  comparisonInWords,
  comparisonNotes,
  judgedInWords,
  outcomeMarks,
  SHOWN_CELLS,
} from './verdict-words.ts'
import { counted, shortened } from './words.ts'

/** How to show a verdict. */
export interface VerdictOptions {
  readonly columns: number
  readonly paint: Paint
}

/** Whether results are what they should be, in words: assertions that do not hold, what got worse than was accepted. */
export function verdictLines(verdict: Verdict, options: VerdictOptions): string[] {
  const { suite, assertions, baseline } = verdict
  const partly = assertions.length === 0 && baseline === null ? undefined : judgedInWords(verdict)
  return [
    ...(partly === undefined ? [] : [...wrap(options.paint.yellow(partly), options.columns), '']),
    ...assertionLines(assertions, options),
    ...baselineLinesOf(suite, baseline, options),
  ]
}

function painted(paint: Paint, outcome: AssertionOutcome): (text: string) => string {
  return { pass: paint.green, fail: paint.red, unsure: paint.yellow, skipped: paint.dim }[outcome]
}

function assertionLines(
  assertions: readonly AssertionResult[],
  { columns, paint }: VerdictOptions,
): string[] {
  if (assertions.length === 0) return []
  const counts = assertionCounts(assertions).map(({ outcome, words }) => painted(paint, outcome)(words))
  // One that holds by fewer cells than it is about is told, too.
  const told = assertions.filter(
    ({ outcome, checks }) => outcome !== 'pass' || checks.some(({ reason }) => reason !== null),
  )
  return [
    `${paint.cyan('assertions')}  ${counts.join(', ')}`,
    ...told.flatMap(({ title, outcome, place, reason, checks }) => [
      ...wrap(`${outcomeMarks[outcome]} ${title}`, columns - 2).map(
        (line) => `  ${painted(paint, outcome)(line)}`,
      ),
      ...(place === null || outcome === 'skipped' || outcome === 'pass'
        ? []
        : [paint.dim(`    ${place.file}:${place.line ?? 1}`)]),
      ...reasonsOf({ outcome, reason, checks }).flatMap((text) =>
        wrap(text, columns - 4).map((line) => `    ${line}`),
      ),
    ]),
    '',
  ]
}

function baselineLinesOf(
  suite: string,
  baseline: Comparison | null,
  { columns, paint }: VerdictOptions,
): string[] {
  const lines = (text: string) => wrap(text, columns)
  if (baseline === null) {
    return [
      ...lines(
        `${paint.cyan('baseline')}  none for this profile and data set: prune-bench baseline accept ${suite} makes these results what later runs are held against.`,
      ),
      '',
    ]
  }
  const { identical, compared, changes, regressions } = baseline
  const lost = regressions.filter((one) => one.kind === 'lost')
  return [
    ...lines(
      `${paint.cyan('baseline')}  ${painted(paint, baseline.outcome)(comparisonInWords(baseline))}; ${identical} of ${counted(compared, 'cell')} the same to the last bit`,
    ),
    ...changesTable(changes, { columns, paint }),
    ...lost.flatMap(({ group, status, cells }) =>
      lines(
        `${outcomeMarks.fail} ${pointName(group)}: ${counted(cells.length, 'cell')} ${status}, none had: ${shortened(cells, SHOWN_CELLS)}`,
      ).map((line) => `  ${paint.red(line)}`),
    ),
    ...comparisonNotes(suite, baseline).flatMap(lines),
    '',
  ]
}

/** What an assertion's outcome comes from: each group that has it; of a skipped one, why, once. */
function reasonsOf({
  outcome,
  reason,
  checks,
}: Pick<AssertionResult, 'outcome' | 'reason' | 'checks'>): readonly string[] {
  if (reason !== null) return [reason]
  if (outcome === 'skipped') return [...new Set(checks.flatMap((check) => check.reason ?? []))]
  if (outcome === 'pass') return checks.filter((check) => check.reason !== null).map(checkInWords)
  return checks.filter((check) => check.outcome === outcome).map(checkInWords)
}
