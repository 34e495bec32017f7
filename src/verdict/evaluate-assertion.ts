import type { Assertion, Claim } from '../plugin/index.ts'
import type { CellRecord, Results } from '../results/index.ts'
import { assertionTitle } from './assertion-title.ts'
import { compareCells } from './compare-cells.ts'
import { checkCollapse, checkSparsity } from './check-masks.ts'
import { checkTrend } from './check-trend.ts'
import { isChosen, isOccasion } from './select-cells.ts'
import type { AssertionCheck, AssertionOutcome, AssertionResult, GroupPoint } from './types.ts'

/** What assertions are held against. */
export interface Evidence {
  readonly results: Results
  /** Mean cosine similarity of the masks that repeats of a group's search found; null where there are none. */
  readonly similarityOf: (group: GroupPoint) => number | null
}

type Evaluate<K extends Claim['kind']> = (
  claim: Extract<Claim, { kind: K }>,
  cells: readonly CellRecord[],
  evidence: Evidence,
) => readonly AssertionCheck[]

const evaluations: { readonly [K in Claim['kind']]: Evaluate<K> } = {
  compares: compareCells,
  trend: checkTrend,
  'exact-sparsity': checkSparsity,
  'no-collapse': checkCollapse,
}

/** What becomes of an assertion on some results. */
export function evaluateAssertion(assertion: Assertion, evidence: Evidence): AssertionResult {
  const { claim, occasion, place } = assertion
  const { identity, cells } = evidence.results
  const result = { title: assertionTitle(assertion, identity.merit), place }
  const skipped = (reason: string): AssertionResult => ({ ...result, outcome: 'skipped', reason, checks: [] })
  if (!isOccasion(occasion, { data: identity.data.name, profile: identity.profile })) {
    return skipped(`it is not about ${identity.data.name} with the profile ${identity.profile}`)
  }
  const chosen = cells.filter(({ point }) => isChosen(point, assertion.cells))
  if (chosen.length === 0) return skipped('none of its cells was run')
  const evaluate = evaluations[claim.kind] as Evaluate<typeof claim.kind>
  const checks = evaluate(claim, chosen, evidence)
  return { ...result, outcome: together(checks), reason: null, checks }
}

/** One that fails fails all, one that cannot tell leaves all unsure; skipped ones count only where there are no others. */
function together(checks: readonly AssertionCheck[]): AssertionOutcome {
  return (
    (['fail', 'unsure', 'pass'] as const).find((one) => checks.some(({ outcome }) => outcome === one)) ??
    'skipped'
  )
}
