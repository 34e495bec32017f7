import { expect, test } from 'vitest'
import { collectCells } from './collect.ts'
import { criticalSparsities } from './critical.ts'
import { groupCells } from './group.ts'
import { samplePlan } from './sample-plan.ts'
import { statistic } from './statistics.ts'
import type { Group } from './types.ts'

const sample = samplePlan()
const [template] = groupCells(
  collectCells({
    plan: sample.plan,
    facts: (key) => sample.facts.get(key),
    seconds: () => 1,
    failures: new Map(),
  }),
) as [Group]

/** A group of a criterion whose mean accuracy after the last epoch is given; null: no cell has one. */
function group(
  criterion: string,
  sparsity: number,
  last: number | null,
  changes: Partial<Group> = {},
): Group {
  return {
    ...template,
    criterion,
    sparsity,
    control: criterion === 'unpruned',
    last: last === null ? null : statistic([last - 1, last + 1]),
    validationSelected: null,
    bestOnTest: null,
    ...changes,
  }
}

const control = group('unpruned', 0, 98)

test('the largest sparsity within a point of the control, no smaller one falling below it', () => {
  const groups = [
    control,
    // Out of order; exactly a point below is within.
    ...[group('snip', 0.9, 97), group('snip', 0.5, 97.5), group('snip', 0.95, 96.9)],
    // It comes back at 90 %, which does not count.
    ...[group('fickle', 0.5, 98), group('fickle', 0.8, 96), group('fickle', 0.9, 98)],
    ...[group('bad', 0.5, 90), group('bad', 0.9, 98)],
    ...[group('good', 0.5, 99), group('good', 0.9, 98)],
  ]
  const found = criticalSparsities(groups)
  expect(found.map(({ criterion, sparsity }) => [criterion, sparsity])).toEqual([
    ['snip', 0.9],
    ['fickle', 0.5],
    ['bad', null],
    ['good', 0.9],
  ])
  expect(found[0]).toEqual({ criterion: 'snip', k: 0, metric: 'last', within: 1, sparsity: 0.9 })
  expect(criticalSparsities(groups, 2.5).map(({ sparsity }) => sparsity)).toEqual([0.95, 0.9, null, 0.9])
})

test('a sparsity at which one seed collapsed, or nothing was trained, is not within', () => {
  const collapsed = { statuses: { ok: 1, collapsed: 1, failed: 0, cancelled: 0 } }
  const groups = [
    control,
    ...[group('a', 0.5, 98), group('a', 0.9, 98, collapsed)],
    ...[group('b', 0.5, null), group('b', 0.9, 98)],
  ]
  expect(criticalSparsities(groups).map(({ sparsity }) => sparsity)).toEqual([0.5, null])
})

test('k are told apart, accuracies that were measured too, and without a control there is nothing', () => {
  const both = [
    { ...control, bestOnTest: statistic([99]) },
    group('a', 0.5, 98, { bestOnTest: statistic([97]) }),
    group('a', 0.5, 90, { k: 3, bestOnTest: statistic([99]) }),
  ]
  expect(criticalSparsities(both).map(({ k, metric, sparsity }) => [k, metric, sparsity])).toEqual([
    [0, 'last', 0.5],
    [3, 'last', null],
    [0, 'bestOnTest', null],
    [3, 'bestOnTest', 0.5],
  ])
  expect(criticalSparsities(both.slice(1))).toEqual([])
})
