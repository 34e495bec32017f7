import type { Assertion } from '../plugin/index.ts'
import type { AssertionOutcome, AssertionResult, Comparison, Outcome, Verdict } from './types.ts'
import { evaluateAssertion, type Evidence } from './evaluate-assertion.ts'

/** Whether results are what they should be: what their suite asserts, and no worse than what was accepted. */
export function verdictOn(
  assertions: readonly Assertion[],
  evidence: Evidence,
  baseline: Comparison | null,
): Verdict {
  const { cells, identity } = evidence.results
  const { suite, profile, plannedCells } = identity
  const results = assertions.map((assertion) => evaluateAssertion(assertion, evidence))
  return {
    schema: 'prune-bench/verdict@2',
    suite,
    profile,
    outcome: outcomeOf(results, baseline),
    cells: { judged: cells.filter(({ status }) => status !== 'cancelled').length, planned: plannedCells },
    counts: countsOf(results),
    assertions: results,
    baseline,
  }
}

function outcomeOf(assertions: readonly AssertionResult[], baseline: Comparison | null): Outcome {
  const outcomes = [
    ...assertions.map(({ outcome }) => outcome),
    ...(baseline === null ? [] : [baseline.outcome]),
  ]
  if (outcomes.length > 0 && outcomes.every((outcome) => outcome === 'skipped')) return 'unsure'
  return (['fail', 'unsure'] as const).find((outcome) => outcomes.includes(outcome)) ?? 'pass'
}

function countsOf(assertions: readonly AssertionResult[]): Verdict['counts'] {
  const count = (wanted: AssertionOutcome) => assertions.filter(({ outcome }) => outcome === wanted).length
  return { pass: count('pass'), fail: count('fail'), unsure: count('unsure'), skipped: count('skipped') }
}
