import { DOMParser, type Element } from '@xmldom/xmldom'
import { describe, expect, test } from 'vitest'
import type { CellRecord } from '../../results/index.ts'
import { digest } from '../../values/digest.ts'
import type { AssertionResult, Change, Comparison, Verdict } from '../../verdict/index.ts'
import { sampleReport } from '../sample-report.ts'
import { benchmarkJson } from './benchmark-json.ts'
import { placeOfFailure } from './failure-place.ts'
import { findings } from './findings.ts'
import { githubAnnotations } from './github-annotations.ts'
import { junit } from './junit.ts'

const sources = {
  root: '/project',
  suiteFile: '/project/suites/sample.suite.ts',
  criterionFiles: new Map([
    ['snip', '/project/criteria/snip.ts'],
    ['random', '/project/criteria/random.ts'],
  ]),
}

const good = sampleReport({
  criteria: ['snip', 'random'],
  searches: [],
  sparsities: [0.5],
  k: [0],
  seeds: [1, 2],
})

const snip = { criterion: 'snip', sparsity: 0.5, k: 0, control: false }

const change: Change = {
  group: snip,
  metric: 'last',
  outcome: 'worse',
  gates: true,
  before: 97.3,
  now: 88.1,
  difference: -9.2,
  limit: -0.41,
  interval: [-9.6, -8.8],
  noise: 0.2,
  seeds: [1, 2],
  seedsNeeded: null,
  fallen: [],
}

const baseline: Comparison = {
  outcome: 'fail',
  regressions: [
    { kind: 'worse', ...change, difference: -1, metric: 'rewind' },
    { kind: 'worse', ...change },
    {
      kind: 'lost',
      group: { ...snip, criterion: 'random' },
      status: 'collapsed',
      cells: ['random s=50% k=0 seed=1'],
    },
  ],
  changes: [change, { ...change, group: { ...snip, sparsity: 0.9 }, outcome: 'unsure' }],
  identical: 2,
  compared: 6,
  missing: [],
  obsolete: [],
  notRun: 0,
  notes: [],
}

function asserted(outcome: AssertionResult['outcome'], title: string): AssertionResult {
  const place = { file: 'suites/sample.suite.ts', line: 30, column: 4 }
  return {
    title,
    outcome,
    place,
    reason: outcome === 'skipped' ? 'none of its cells was run' : null,
    checks:
      outcome === 'skipped'
        ? []
        : [
            {
              group: snip,
              outcome,
              value: 88,
              target: 97,
              margin: -9,
              ci95: null,
              seeds: [1],
              cells: [],
              reason: null,
            },
          ],
  }
}

/** A unit of one cell threw, that of another took its process with it. */
function broken(cell: CellRecord): CellRecord {
  const failedUnit = { key: digest(cell.id), label: `scores of ${cell.point.criterion}` }
  if (cell.id.startsWith('snip') && cell.point.seed === 1) {
    const stack = [
      'Error: 1 < 2 & "so on"',
      '    at Object.score (/project/criteria/snip.ts:8:27)',
      '    at /project/node_modules/prune-bench/dist/worker.js:1:1',
    ].join('\n')
    return {
      ...cell,
      status: 'failed',
      failedUnit,
      failure: { kind: 'error', message: '1 < 2 & "so on"', stack },
    }
  }
  if (cell.id.startsWith('random') && cell.point.seed === 2) {
    const stderr = ['\u001b[31mred\u001b[0m', 'null \u0000 byte']
    return {
      ...cell,
      status: 'failed',
      failedUnit,
      failure: { kind: 'crash', message: 'died', signal: 'SIGSEGV', stderr },
    }
  }
  return cell.point.control && cell.point.seed === 2 ? { ...cell, status: 'cancelled' } : cell
}

const bad = {
  results: { ...good.results, cells: good.results.cells.map(broken) },
  verdict: {
    ...good.verdict,
    outcome: 'fail',
    assertions: [
      asserted('pass', 'a'),
      asserted('fail', 'b ≥ 97 %'),
      asserted('unsure', 'c'),
      asserted('skipped', 'd'),
    ],
    baseline,
  } satisfies Verdict,
}

describe('junit.xml', () => {
  /** Strict: the parser throws at what is not well-formed. */
  const read = (text: string) => {
    const root = new DOMParser({ onError: (_, message) => expect.fail(message) }).parseFromString(
      text,
      'text/xml',
    ).documentElement as Element
    const attributes = (element: Element) =>
      Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value]))
    const named = (element: Element, name: string) => [...element.getElementsByTagName(name)]
    return {
      ...attributes(root),
      testsuite: named(root, 'testsuite').map((suite) => ({
        ...attributes(suite),
        testcase: named(suite, 'testcase').map((one) => {
          const ending = (['error', 'failure', 'skipped'] as const)
            .flatMap((kind) => named(one, kind).map((element) => ({ kind, element })))
            .at(0)
          return {
            ...attributes(one),
            ending: ending?.kind ?? 'ok',
            message: ending?.element.getAttribute('message'),
            text: ending?.element.textContent,
          }
        }),
      })),
    }
  }

  test('has a test for every cell; all is well where all is well', () => {
    const { testsuite, ...totals } = read(junit(good))
    expect(totals).toMatchObject({ tests: String(good.results.cells.length), failures: '0', errors: '0' })
    expect(testsuite).toMatchObject([
      { name: 'sample', testcase: good.results.cells.map(({ id }) => ({ name: id, ending: 'ok' })) },
    ])
  })

  test('a failed cell is an error, what is not as it should be a failure, what cannot be told is skipped', () => {
    const { testsuite, ...totals } = read(junit(bad))
    expect(totals).toMatchObject({ tests: '13', failures: '3', errors: '2' })
    const ending = (endings: readonly string[]) => endings.map((one) => ({ ending: one }))
    expect(testsuite).toMatchObject([
      { name: 'sample', testcase: ending(['ok', 'skipped', 'error', 'ok', 'ok', 'error']) },
      { name: 'sample assertions', testcase: ending(['ok', 'failure', 'skipped', 'skipped']) },
      { name: 'sample baseline', testcase: ending(['failure', 'skipped', 'failure']) },
    ])
  })

  test('messages come back as they were, but for what XML cannot hold', () => {
    const [first, second] = read(junit(bad))
      .testsuite.flatMap(({ testcase }) => testcase)
      .filter(({ ending }) => ending === 'error')
    expect(first?.message).toBe('scores of snip: 1 < 2 & "so on"')
    expect(second?.message).toContain('SIGSEGV')
    expect(second?.text).toBe('red\nnull  byte')
  })
})

describe('what went wrong', () => {
  test('is listed worst first, each with a place in the files of the user', () => {
    expect(findings(bad, sources)).toEqual([
      {
        title: '1 cell failed: snip · 0.5 · k=0 · seed 1',
        lines: ['scores of snip: 1 < 2 & "so on"'],
        place: { file: '/project/criteria/snip.ts', line: 8, column: 26 },
      },
      {
        title: '1 cell failed: random · 0.5 · k=0 · seed 2',
        lines: ['scores of random: its process died: died (signal SIGSEGV)'],
        place: { file: '/project/criteria/random.ts', line: 1, column: 0 },
      },
      {
        title: 'random got worse than the accepted baseline',
        lines: ['random 50 %: 1 cell collapsed, none had: random s=50% k=0 seed=1'],
        place: { file: '/project/criteria/random.ts', line: 1, column: 0 },
      },
      {
        title: 'snip got worse than the accepted baseline',
        lines: [
          'snip 50 %: trained accuracy 97.30 → 88.10, −9.20 (noise explains −0.41)',
          'snip 50 %: untrained accuracy, rewound 97.30 → 88.10, −1.00 (noise explains −0.41)',
        ],
        place: { file: '/project/criteria/snip.ts', line: 1, column: 0 },
      },
      {
        title: 'does not hold: b ≥ 97 %',
        lines: ['snip 50 %: 88.00, wanted 97.00: short by 9.00 (seed 1)'],
        place: { file: '/project/suites/sample.suite.ts', line: 30, column: 4 },
      },
    ])
    expect(findings(good, sources)).toEqual([])
  })

  test('is the innermost line of the project, not of packages', () => {
    const stack = [
      'Error: x',
      '    at Module.add (file:///project/node_modules/tf/core.js:6:58455)',
      '    at file:///project/lib/own.ts:3:5',
      '    at Object.score (/project/criteria/snip.ts:8:27)',
      '    at /elsewhere/x.ts:1:1',
    ].join('\n')
    expect(placeOfFailure({ stack }, '/project', '/project/a.ts')).toEqual({
      file: '/project/lib/own.ts',
      line: 3,
      column: 4,
    })
    expect(placeOfFailure({}, '/project', '/project/a.ts')).toEqual({
      file: '/project/a.ts',
      line: 1,
      column: 0,
    })
  })
})

describe('annotations', () => {
  const finding = {
    title: '50%, worse: much',
    lines: ['100 % gone', 'a: b, c'],
    place: { file: '/repository/project/criteria/snip.ts', line: 8, column: 26 },
  }

  test('are relative to the repository and escaped as GitHub asks', () => {
    expect(githubAnnotations([finding], '/repository')).toEqual([
      '::error file=project/criteria/snip.ts,line=8,col=27,title=50%25%2C worse%3A much::100 %25 gone%0Aa: b, c',
    ])
  })

  test('are at most ten, the last saying how many are left out', () => {
    const lines = githubAnnotations(Array<typeof finding>(25).fill(finding), '/repository')
    expect(lines.length).toBe(10)
    expect(lines.at(-1)).toBe('::error title=prune-bench::16 more findings: see the report')
    expect(githubAnnotations(Array<typeof finding>(10).fill(finding), '/repository').at(-1)).toContain(
      'snip.ts',
    )
  })
})

test('benchmark.json has what github-action-benchmark needs: names that differ, units and numbers', () => {
  const figures = JSON.parse(benchmarkJson(good.results)) as Record<string, unknown>[]
  expect(figures[0]).toEqual({
    name: `sample (${good.results.identity.profile}): unpruned, trained accuracy`,
    unit: '%',
    value: good.results.groups[0]?.last?.mean,
    range: `± ${good.results.groups[0]?.last?.sd?.toFixed(2) ?? ''}`,
    extra: `mean of 2 seeds, ${good.results.identity.data.name}`,
  })
  expect(new Set(figures.map(({ name }) => name)).size).toBe(figures.length)
  expect(figures.every(({ value }) => typeof value === 'number')).toBe(true)
})
