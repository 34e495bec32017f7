import { test } from 'vitest'
import { assertedPoints, assertionTitle } from '../verdict/index.ts'
import type { Assertion } from '../plugin/index.ts'
import type { PlannedCell } from '../plan/index.ts'
import { originalPlace } from './original-place.ts'
import type { SuiteRun } from './suite-run.ts'
import { assertionLines } from './assertion-lines.ts'
import { failureOfProblem, testFailure } from './test-failure.ts'

/** A test of one assertion of a suite: its name, and the cells that it needs. */
export interface AssertionTest {
  readonly name: string
  readonly assertion: Assertion
  readonly cells: readonly PlannedCell[]
}

/** The assertions of a suite as tests. */
export function assertionTests({ prepared }: SuiteRun): readonly AssertionTest[] {
  const { settings, plan } = prepared
  return settings.assertions.map((assertion) => {
    const about = new Set(
      assertedPoints(
        assertion,
        plan.cells.map(({ point }) => point),
      ),
    )
    return {
      name: assertionTitle(assertion, settings.merit),
      assertion,
      cells: plan.cells.filter(({ point }) => about.has(point)),
    }
  })
}

/** Registers the test of an assertion: it waits for its cells and holds them against what is asserted. */
export function testAssertion(run: SuiteRun, { name, assertion, cells }: AssertionTest): void {
  test(name, { timeout: 0 }, async ({ skip }) => {
    const result = await run.judge(cells, assertion).catch((error: unknown) => {
      throw failureOfProblem(error)
    })
    if (result.outcome === 'skipped' || result.outcome === 'unsure') skip(assertionLines(result).join('\n'))
    if (result.outcome === 'fail')
      throw testFailure(assertionLines(result).join('\n'), originalPlace(assertion.place))
  })
}
