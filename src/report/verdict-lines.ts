import type {
  AssertionCheck,
  AssertionOutcome,
  AssertionResult,
  Comparison,
  Outcome,
  Verdict,
} from '../verdict/index.ts'
import { changesTable } from './changes-table.ts'
import type { Paint } from './paint.ts'
import { pointName } from './point-name.ts'
import { wrap } from './text-width.ts'
import { counted, shortened, together } from './words.ts'

/** How to show a verdict. */
export interface VerdictOptions {
  readonly columns: number
  readonly paint: Paint
}

/** Names shown of cells that a baseline lacks, or that the suite lacks. */
const SHOWN_CELLS = 3

/** Whether results are what they should be, in words: assertions that do not hold, what got worse than was accepted. */
export function verdictLines({ suite, assertions, baseline }: Verdict, options: VerdictOptions): string[] {
  return [...assertionLines(assertions, options), ...baselineLinesOf(suite, baseline, options)]
}

const marks: Readonly<Record<AssertionOutcome, string>> = { pass: '✓', fail: '✗', unsure: '?', skipped: '–' }

const heads: readonly { readonly outcome: AssertionOutcome; readonly words: string }[] = [
  { outcome: 'pass', words: 'hold' },
  { outcome: 'fail', words: 'do not' },
  { outcome: 'unsure', words: 'cannot be told' },
  { outcome: 'skipped', words: 'skipped' },
]

function painted(paint: Paint, outcome: AssertionOutcome): (text: string) => string {
  return { pass: paint.green, fail: paint.red, unsure: paint.yellow, skipped: paint.dim }[outcome]
}

function assertionLines(
  assertions: readonly AssertionResult[],
  { columns, paint }: VerdictOptions,
): string[] {
  if (assertions.length === 0) return []
  const counts = heads.flatMap(({ outcome, words }) => {
    const n = assertions.filter((one) => one.outcome === outcome).length
    return n === 0 ? [] : [painted(paint, outcome)(`${n} ${words}`)]
  })
  const told = assertions.filter(({ outcome }) => outcome !== 'pass')
  return [
    `${paint.cyan('assertions')}  ${counts.join(', ')}`,
    ...told.flatMap(({ title, outcome, place, reason, checks }) => [
      ...wrap(`${marks[outcome]} ${title}`, columns - 2).map((line) => `  ${painted(paint, outcome)(line)}`),
      ...(place === null || outcome === 'skipped' ? [] : [paint.dim(`    ${place.file}:${place.line ?? 1}`)]),
      ...[
        reason === null ? [] : [reason],
        checks.filter((check) => check.outcome === outcome).map(checkInWords),
      ]
        .flat()
        .flatMap((text) => wrap(text, columns - 4).map((line) => `    ${line}`)),
    ]),
    '',
  ]
}

function checkInWords({ group, value, target, margin, ci95, seeds, reason }: AssertionCheck): string {
  const name = pointName(group)
  if (value === null || target === null || margin === null) return `${name}: ${reason ?? ''}`
  const figures = `${name}: ${figure(value)}, wanted ${figure(target)}: ${margin < 0 ? 'short' : 'ahead'} by ${figure(Math.abs(margin))}`
  const interval = ci95 === null ? '' : `, 95 % between ${figure(ci95[0])} and ${figure(ci95[1])}`
  const over = seeds.length === 1 ? `seed ${seeds.join()}` : `seeds ${seeds.join(', ')}`
  return `${figures}${interval} (${over})${reason === null ? '' : `; ${reason}`}`
}

function figure(x: number): string {
  return Math.abs(x) >= 100 ? x.toFixed(1) : Math.abs(x) >= 0.1 || x === 0 ? x.toFixed(2) : x.toPrecision(3)
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
  const { identical, compared, changes, regressions, missing, obsolete, notes } = baseline
  const lost = regressions.filter((one) => one.kind === 'lost')
  return [
    ...lines(
      `${paint.cyan('baseline')}  ${painted(paint, baseline.outcome)(summary(baseline))}; ${identical} of ${counted(compared, 'cell')} the same to the last bit`,
    ),
    ...changesTable(changes, { columns, paint }),
    ...lost.flatMap(({ group, status, cells }) =>
      lines(
        `${marks.fail} ${pointName(group)}: ${counted(cells.length, 'cell')} ${status}, none had: ${shortened(cells, SHOWN_CELLS)}`,
      ).map((line) => `  ${paint.red(line)}`),
    ),
    ...[
      ...changes.flatMap(({ outcome, gates, group, seeds, seedsNeeded, metric }) =>
        gates && outcome === 'unsure'
          ? [
              `${pointName(group)}: ${counted(seeds.length, 'seed')} cannot tell${seedsNeeded === null ? '' : `; ${seedsNeeded} would, if ${metric} stayed so`}`,
            ]
          : [],
      ),
      ...(missing.length > 0 ? [`Not in the baseline: ${shortened(missing, SHOWN_CELLS)}`] : []),
      ...(obsolete.length > 0
        ? [`In the baseline, no longer in the suite: ${shortened(obsolete, SHOWN_CELLS)}`]
        : []),
      ...(missing.length + obsolete.length > 0
        ? [`prune-bench baseline accept ${suite} takes what is now.`]
        : []),
      ...notes,
    ].flatMap(lines),
    '',
  ]
}

function summary({ regressions, changes, outcome }: Comparison): string {
  const words: Readonly<Record<Outcome, string>> = {
    pass: 'nothing got worse',
    unsure: 'perhaps worse: too few seeds to tell',
    fail: counted(regressions.length, 'regression'),
  }
  const better = changes.filter((change) => change.gates && change.outcome === 'better').length
  return together([words[outcome], ...(better > 0 ? [`${counted(better, 'figure')} got better`] : [])])
}
