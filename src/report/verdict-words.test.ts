import { expect, test } from 'vitest'
import type { Change, Comparison } from '../verdict/index.ts'
import { comparisonInWords, comparisonNotes } from './verdict-words.ts'

const change: Change = {
  group: { criterion: 'snip', sparsity: 0.9, k: 0, control: false },
  metric: 'last',
  outcome: 'worse',
  gates: false,
  before: 98,
  now: 68.67,
  difference: -29.33,
  limit: -60,
  interval: [-90, 30],
  noise: 50,
  seeds: [1, 2, 3],
  seedsNeeded: null,
  fallen: [],
}
const none: Comparison = {
  outcome: 'pass',
  regressions: [],
  changes: [],
  identical: 6,
  compared: 6,
  missing: [],
  obsolete: [],
  notRun: 0,
  notes: [],
}

test('nothing is said to be well above a line that says worse', () => {
  expect(comparisonInWords(none)).toBe('nothing got worse')
  expect(comparisonInWords({ ...none, changes: [change] })).toBe(
    'no figure that gates got worse and 1 figure that only informs got worse',
  )
  const unsure: Change = { ...change, gates: true, outcome: 'unsure' }
  expect(comparisonInWords({ ...none, outcome: 'unsure', changes: [unsure] })).toBe(
    '1 figure perhaps worse: too few seeds to tell',
  )
})

test('what was not compared is in the headline', () => {
  expect(comparisonInWords({ ...none, outcome: 'unsure', obsolete: ['a', 'b', 'c'] })).toBe(
    'nothing got worse and 3 cells of the baseline are gone (renamed or removed)',
  )
  expect(comparisonInWords({ ...none, notRun: 2 })).toContain('2 cells of the baseline not run')
  expect(comparisonInWords({ ...none, outcome: 'unsure', compared: 0 })).toBe('nothing was compared')
})

test('a seed that fell by itself is told with its figures', () => {
  const fallen = { seed: 2, before: 98, now: 10, limit: -1.3 }
  const worse = { ...change, gates: true, fallen: [fallen] }
  const found = { ...none, outcome: 'fail' as const, regressions: [{ kind: 'worse' as const, ...worse }] }
  expect(comparisonInWords({ ...found, changes: [worse] })).toBe('1 regression')
  expect(comparisonNotes('mlp', { ...found, changes: [worse] })).toContain(
    'snip 90 %: trained accuracy, seed 2 alone fell from 98.00 to 10.00 (noise explains −1.30)',
  )
})
