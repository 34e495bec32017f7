import type {
  AssertionCheck,
  AssertionOutcome,
  AssertionResult,
  ChangeOutcome,
  Comparison,
  Verdict,
} from '../verdict/index.ts'
import { pointName } from './point-name.ts'
import { fallenInWords } from './regression-lines.ts'
import { counted, integer, shortened, together } from './words.ts'

/** Names shown of cells that a baseline lacks, or that the suite lacks. */
export const SHOWN_CELLS = 3

/** A sign for each way in which an assertion may end. */
export const outcomeMarks: Readonly<Record<AssertionOutcome, string>> = {
  pass: '✓',
  fail: '✗',
  unsure: '?',
  skipped: '–',
}

const heads: readonly { readonly outcome: AssertionOutcome; readonly words: string }[] = [
  { outcome: 'pass', words: 'hold' },
  { outcome: 'fail', words: 'do not' },
  { outcome: 'unsure', words: 'cannot be told' },
  { outcome: 'skipped', words: 'skipped' },
]

/** That a verdict is not on the whole suite, where it is not. */
export function judgedInWords({ cells: { judged, planned } }: Pick<Verdict, 'cells'>): string | undefined {
  if (judged >= planned) return undefined
  return `Judged over ${integer(judged)} of ${counted(planned, 'cell')}: the others were not run.`
}

/** How many assertions ended in each way that some did: `4 hold`, `1 skipped`. */
export function assertionCounts(
  assertions: readonly Pick<AssertionResult, 'outcome'>[],
): readonly { readonly outcome: AssertionOutcome; readonly words: string }[] {
  return heads.flatMap(({ outcome, words }) => {
    const n = assertions.filter((one) => one.outcome === outcome).length
    return n === 0 ? [] : [{ outcome, words: `${n} ${words}` }]
  })
}

/** What an assertion found in one group: measured, wanted, by how much. */
export function checkInWords({ group, value, target, margin, ci95, seeds, reason }: AssertionCheck): string {
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

/** What a comparison with the baseline found, in a few words. */
export function comparisonInWords(comparison: Comparison): string {
  const { regressions, changes, compared, obsolete, notRun } = comparison
  const count = (gates: boolean, outcome: ChangeOutcome) =>
    changes.filter((change) => change.gates === gates && change.outcome === outcome).length
  const informing = count(false, 'worse')
  const unsure = count(true, 'unsure')
  const better = count(true, 'better')
  const judged =
    compared === 0
      ? 'nothing was compared'
      : regressions.length > 0
        ? counted(regressions.length, 'regression')
        : unsure > 0
          ? `${counted(unsure, 'figure')} perhaps worse: too few seeds to tell`
          : informing > 0
            ? 'no figure that gates got worse'
            : 'nothing got worse'
  return together([
    judged,
    ...(informing > 0
      ? [`${counted(informing, 'figure')} that only ${informing === 1 ? 'informs' : 'inform'} got worse`]
      : []),
    ...(better > 0 ? [`${counted(better, 'figure')} got better`] : []),
    ...(obsolete.length > 0
      ? [
          `${counted(obsolete.length, 'cell')} of the baseline ${obsolete.length === 1 ? 'is' : 'are'} gone (renamed or removed)`,
        ]
      : []),
    ...(notRun > 0 ? [`${counted(notRun, 'cell')} of the baseline not run`] : []),
  ])
}

/** What to know about a comparison besides its figures, a sentence each. */
export function comparisonNotes(
  suite: string,
  { changes, missing, obsolete, notes }: Comparison,
): readonly string[] {
  return [
    ...changes.flatMap((change) => fallenInWords(change)),
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
  ]
}
