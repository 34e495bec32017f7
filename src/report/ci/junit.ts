import type { CellRecord } from '../../results/index.ts'
import type { AssertionResult, Comparison, GroupPoint } from '../../verdict/index.ts'
import { failureCause } from '../failure-lines.ts'
import { pointName } from '../point-name.ts'
import { regressionLine } from '../regression-lines.ts'
import type { Report } from '../report-files.ts'
import { checkInWords } from '../verdict-words.ts'
import { xml, type Element } from './xml.ts'

/** What became of one test: passed where it is null. */
interface Ending {
  readonly kind: 'error' | 'failure' | 'skipped'
  readonly message: string
  readonly text?: string
}

interface TestCase {
  readonly name: string
  readonly seconds: number
  readonly ending: Ending | null
}

/**
 * `junit.xml`: a test suite of the cells, one of the assertions and one of the groups that the baseline has. A cell that
 * failed is an error; what is not as it should be is a failure; what was not run, or cannot be told, is skipped.
 */
export function junit({ results, verdict }: Pick<Report, 'results' | 'verdict'>): string {
  const { suite } = results.identity
  const suites = [
    { name: suite, cases: results.cells.map(ofCell) },
    { name: `${suite} assertions`, cases: verdict.assertions.map(ofAssertion) },
    { name: `${suite} baseline`, cases: verdict.baseline === null ? [] : ofBaseline(verdict.baseline) },
  ].filter(({ cases }) => cases.length > 0)
  return xml({
    name: 'testsuites',
    attributes: { name: 'prune-bench', ...totals(suites.flatMap(({ cases }) => cases)) },
    children: suites.map(({ name, cases }) => ({
      name: 'testsuite',
      attributes: { name, ...totals(cases) },
      children: cases.map((one) => testCase(name, one)),
    })),
  })
}

function ofCell({ id, seconds, status, failure, failedUnit }: CellRecord): TestCase {
  if (failure !== null) {
    const message = `${failedUnit?.label ?? id}: ${failureCause(failure)}`
    const text = [...(failure.stderr ?? []), failure.stack ?? ''].join('\n').trim()
    return { name: id, seconds, ending: { kind: 'error', message, text } }
  }
  const ending = status === 'cancelled' ? ({ kind: 'skipped', message: 'not run to the end' } as const) : null
  return { name: id, seconds, ending }
}

function ofAssertion({ title, outcome, reason, checks }: AssertionResult): TestCase {
  const lines = checks.filter((check) => check.outcome === outcome).map(checkInWords)
  const message = reason ?? lines[0] ?? outcome
  const endings = {
    pass: null,
    fail: { kind: 'failure', message, text: lines.join('\n') },
    unsure: { kind: 'skipped', message: `cannot be told: ${message}` },
    skipped: { kind: 'skipped', message },
  } as const
  return { name: title, seconds: 0, ending: endings[outcome] }
}

function ofBaseline({ changes, regressions, obsolete }: Comparison): readonly TestCase[] {
  const of = (group: GroupPoint) => pointName(group)
  const names = new Set([...changes, ...regressions].map(({ group }) => of(group)))
  const gone: readonly TestCase[] =
    obsolete.length === 0
      ? []
      : [
          {
            name: 'every cell of the baseline is in the suite',
            seconds: 0,
            ending: { kind: 'skipped', message: `no longer in the suite: ${obsolete.join(', ')}` },
          },
        ]
  const groups = [...names].map((name) => {
    const lines = regressions.filter(({ group }) => of(group) === name).map(regressionLine)
    const unsure = changes.some(
      (change) => change.gates && change.outcome === 'unsure' && of(change.group) === name,
    )
    const ending: Ending | null =
      lines.length > 0
        ? { kind: 'failure', message: lines[0] ?? '', text: lines.join('\n') }
        : unsure
          ? { kind: 'skipped', message: 'perhaps worse: too few seeds to tell' }
          : null
    return { name: `${name} is no worse than accepted`, seconds: 0, ending }
  })
  return [...gone, ...groups]
}

function testCase(classname: string, { name, seconds, ending }: TestCase): Element {
  return {
    name: 'testcase',
    attributes: { classname, name, time: seconds.toFixed(3) },
    children:
      ending === null
        ? []
        : [
            {
              name: ending.kind,
              attributes: {
                message: ending.message,
                ...(ending.kind === 'skipped' ? {} : { type: 'prune-bench' }),
              },
              children: ending.text === undefined || ending.text === '' ? [] : [ending.text],
            },
          ],
  }
}

function totals(cases: readonly TestCase[]) {
  const time = cases.reduce((total, { seconds }) => total + seconds, 0)
  return {
    tests: cases.length,
    failures: count(cases, 'failure'),
    errors: count(cases, 'error'),
    skipped: count(cases, 'skipped'),
    time: time.toFixed(3),
  }
}

function count(cases: readonly TestCase[], kind: Ending['kind']): number {
  return cases.filter(({ ending }) => ending?.kind === kind).length
}
