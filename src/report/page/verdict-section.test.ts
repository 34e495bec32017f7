import { expect, test } from 'vitest'
import type { AssertionResult, Change, Verdict } from '../../verdict/index.ts'
import { drawFigures } from '../figures/index.ts'
import { reportMarkdown } from '../report-markdown.ts'
import { sampleReport } from '../sample-report.ts'
import { verdict as section } from './sections/verdict.ts'

const report = sampleReport({
  criteria: ['snip', 'random'],
  searches: [],
  sparsities: [0.9],
  k: [0],
  seeds: [1, 2],
})
const group = { criterion: 'snip', sparsity: 0.9, k: 0, control: false }

const assertion: AssertionResult = {
  title: 'snip at 90 % exceeds random by at least 0.5 points (trained accuracy)',
  outcome: 'fail',
  place: { file: 'suites/sample.suite.ts', line: 12 },
  reason: null,
  checks: [
    {
      group,
      outcome: 'fail',
      value: 97.1,
      target: 97.6,
      margin: -0.5,
      ci95: [-0.9, -0.1],
      seeds: [1, 2],
      cells: [],
      reason: null,
    },
  ],
}

const change: Change = {
  group,
  metric: 'last',
  outcome: 'worse',
  gates: true,
  before: 98.02,
  now: 97.22,
  difference: -0.8,
  limit: -0.14,
  interval: [-0.94, -0.66],
  noise: 0.05,
  seeds: [1, 2],
  seedsNeeded: null,
  fallen: [],
}

const failing: Verdict = {
  ...report.verdict,
  outcome: 'fail',
  assertions: [assertion, { ...assertion, title: 'all prune exactly', outcome: 'pass' }],
  baseline: {
    outcome: 'fail',
    regressions: [{ kind: 'worse', ...change }],
    changes: [change],
    identical: 2,
    compared: 4,
    missing: [],
    obsolete: [],
    notRun: 0,
    notes: ['Accepted on another machine.'],
  },
}

const shown = (verdict: Verdict) =>
  section
    .body({ ...report, verdict }, drawFigures(report))
    .text.replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')

test('what does not hold is told with its line, its figures and its interval', () => {
  const text = shown(failing)
  expect(text).toContain('Assertions: 1 hold, 1 do not')
  expect(text).toContain('✗ snip at 90 % exceeds random')
  expect(text).toContain('suites/sample.suite.ts:12')
  expect(text).toContain('97.10, wanted 97.60: short by 0.50, 95 % between -0.90 and -0.10')
})

test('what got worse is told with its limit, and what to know beside it', () => {
  const text = shown(failing)
  expect(text).toContain('1 regression ; 2 of 4 cells the same to the last bit')
  expect(text).toMatch(/snip 90 %.* 98\.02 97\.22 −0\.80 −0\.94…−0\.66 −0\.14 worse/)
  expect(text).toContain('Accepted on another machine.')
})

test('where nothing is asked, nothing is judged', () => {
  expect(shown(report.verdict)).toContain('there is nothing to judge')
})

test('report.md tells the same', () => {
  const text = reportMarkdown({ ...report, verdict: failing })
  expect(text).toContain('**Assertions:** 1 hold, 1 do not.')
  expect(text).toMatch(/- ✗ snip at 90 % exceeds random.*short by 0\.50/)
  expect(text).toContain('**Baseline:** 1 regression.')
  expect(text).toMatch(/\| snip 90 % .* \| worse \| 98\.02 \| 97\.22 \| −0\.80 \|/)
})
