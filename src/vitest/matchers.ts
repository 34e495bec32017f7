import { expect } from 'vitest'
import type { Assertion, MetricName } from '../plugin/index.ts'
import type { CellRecord } from '../results/index.ts'
import { evaluateAssertion, metrics, type Evidence } from '../verdict/index.ts'
import { assertionLines } from './assertion-lines.ts'

declare module 'vitest' {
  interface Matchers<T> {
    /** What `suiteResults` gave is as an assertion says: `expect(results).toHold(cells({ criterion: 'snip' }).reach(97))`. */
    toHold(assertion: Assertion): T
    /** A cell reached this accuracy in %: after the last epoch, or as `metric` says. */
    toReachAccuracy(percent: number, metric?: MetricName): T
  }
}

expect.extend({
  toHold(evidence: Evidence, assertion: Assertion) {
    const result = evaluateAssertion(assertion, evidence)
    return { pass: result.outcome === 'pass', message: () => assertionLines(result).join('\n') }
  },
  toReachAccuracy(cell: CellRecord, percent: number, metric: MetricName = 'last') {
    const value = cell.status === 'ok' ? metrics[metric].of(cell) : null
    return {
      pass: value !== null && value >= percent,
      message: () =>
        `${cell.id} has ${value === null ? `no ${metrics[metric].title}: it is ${cell.status}` : `${metrics[metric].title} ${value.toFixed(2)} %`}, wanted ${percent} %`,
    }
  },
})
