import type { CriterionReport, Group } from '../results/index.ts'
import { signalsAtK } from '../values/signals-at-k.ts'

/**
 * What a group is called: its criterion, with k where groups differ in it and it says something: not for criteria that
 * read nothing of the weights at k and are run at k = 0 alone.
 */
export function groupNames(
  groups: readonly Group[],
  criteria: readonly CriterionReport[],
): (group: Group) => string {
  const pruned = groups.filter(({ control }) => !control)
  const several = new Set(pruned.map(({ k }) => k)).size > 1
  const reading = new Set(
    criteria
      .filter(({ kind, needs }) => kind === 'search' || needs.some((signal) => signalsAtK.includes(signal)))
      .map(({ label }) => label),
  )
  const elsewhere = new Set(pruned.filter(({ k }) => k > 0).map(({ criterion }) => criterion))
  return ({ control, criterion, k }) =>
    several && !control && (reading.has(criterion) || elsewhere.has(criterion))
      ? `${criterion} k=${k}`
      : criterion
}
