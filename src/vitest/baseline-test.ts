import { comparisonInWords, regressionLine } from '../report/index.ts'
import type { SuiteRun } from './suite-run.ts'
import { failureOfProblem, testFailure } from './test-failure.ts'

/** The name of the test that holds a suite's results against what was accepted. */
export const BASELINE = 'no worse than the accepted baseline'

/** Fails where a suite got worse than its baseline; skips where it has none, or too few seeds to tell. */
export async function testBaseline(run: SuiteRun, skip: (note: string) => void): Promise<void> {
  const { plan, suite } = run.prepared
  const comparison = await run.compare(plan.cells).catch((error: unknown) => {
    throw failureOfProblem(error)
  })
  if (comparison === null) {
    skip(`nothing was accepted yet: prune-bench baseline accept ${suite}`)
    return
  }
  if (comparison.outcome === 'unsure') skip(comparisonInWords(comparison))
  if (comparison.outcome === 'fail') {
    const lines = comparison.regressions.map(regressionLine)
    throw testFailure(['worse than the accepted baseline:', ...lines].join('\n'), {
      file: run.prepared.suiteFile,
    })
  }
}
