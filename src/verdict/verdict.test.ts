import { expect, test } from 'vitest'
import { cells, type Assertion } from '../plugin/index.ts'
import { sampleResults } from '../report/sample-results.ts'
import type { Comparison, Outcome } from './types.ts'
import { verdictOn } from './verdict.ts'

const results = sampleResults()
const holds = cells().achieveSparsity()
const fails = cells().reach(100)
const elsewhere = cells().reach(1, { when: { data: 'cifar10' } })
const unsure = cells({ criterion: 'snip', sparsity: 0.9 }).exceed(
  { criterion: 'random' },
  { metric: 'rewind', confident: true },
)

const compared = (outcome: Outcome) => ({ outcome }) as Comparison
const verdict = (assertions: readonly Assertion[], baseline: Comparison | null) =>
  verdictOn(assertions, { results, similarityOf: () => null }, baseline)

test.each<[string, readonly Assertion[], Comparison | null, Outcome]>([
  ['nothing to judge', [], null, 'pass'],
  ['all hold', [holds], compared('pass'), 'pass'],
  ['one fails', [holds, fails], null, 'fail'],
  ['one fails and another is unsure', [unsure, fails], null, 'fail'],
  ['one is unsure', [holds, unsure], null, 'unsure'],
  ['all are skipped', [elsewhere], null, 'unsure'],
  ['some are skipped', [elsewhere, holds], null, 'pass'],
  ['all are skipped, and the baseline holds', [elsewhere], compared('pass'), 'pass'],
  ['something got worse', [holds], compared('fail'), 'fail'],
  ['something got worse perhaps', [], compared('unsure'), 'unsure'],
])('%s', (_, assertions, baseline, outcome) => {
  expect(verdict(assertions, baseline).outcome).toBe(outcome)
})

test('assertions are counted by how they ended', () => {
  expect(verdict([holds, holds, fails, elsewhere, unsure], null).counts).toEqual({
    pass: 2,
    fail: 1,
    unsure: 1,
    skipped: 1,
  })
})

test('cells that were not run are planned, but not judged', () => {
  const part = sampleResults(undefined, undefined, (cell) =>
    cell.point.seed === 3 ? { ...cell, status: 'cancelled' } : cell,
  )
  expect(verdictOn([], { results: part, similarityOf: () => null }, null).cells).toEqual({
    judged: 32,
    planned: 48,
  })
})
