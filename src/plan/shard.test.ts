import { expect, test } from 'vitest'
import { criterion, lth, planOf, sa, snip } from './plan.fixture.ts'
import { goalsOf, lineage } from './select.ts'
import { shardCells, type Durations } from './shard.ts'
import type { Plan, PlannedCell } from './types.ts'

const magnitude = criterion('magnitude', { needs: ['weights'] })

/** What computing these cells alone takes: every unit once. */
function seconds(plan: Plan, cells: readonly PlannedCell[], durations: Durations): number {
  const keys = new Set(goalsOf(cells).flatMap((key) => lineage(plan, key)))
  return [...keys].reduce((total, key) => total + (durations[plan.units.get(key)?.label ?? ''] ?? 0), 0)
}

function everyUnitTakes(plan: Plan, took: (label: string, i: number) => number): Durations {
  return Object.fromEntries([...plan.units.values()].map(({ label }, i) => [label, took(label, i)]))
}

/** The longest of the parts in the best of all ways to cut the cells in two. */
function best(plan: Plan, durations: Durations): number {
  const { cells } = plan
  let least = Infinity
  for (let choice = 0; choice < 2 ** (cells.length - 1); choice++) {
    const parts = [0, 1].map((part) => cells.filter((_, i) => ((choice >> i) & 1) === part))
    least = Math.min(least, Math.max(...parts.map((part) => seconds(plan, part, durations))))
  }
  return least
}

test.each([1, 2, 3, 7])('every cell is in one of %i parts, in the order of the plan', (count) => {
  const plan = planOf([snip, lth, sa, magnitude], { seeds: [1, 2, 3] })
  const shards = shardCells(plan, plan.cells, count, {})
  expect(shards.length).toBe(count)
  expect(shards.every((cells) => cells.length > 0)).toBe(true)
  expect(new Set(shards.flat())).toEqual(new Set(plan.cells))
  expect(shards.flat().length).toBe(plan.cells.length)
  for (const cells of shards) expect(cells).toEqual(plan.cells.filter((cell) => cells.includes(cell)))
})

test('the parts are the same however often they are cut, and after a criterion changed', () => {
  const plan = planOf([snip, sa])
  const durations = everyUnitTakes(plan, (_, i) => 1 + (i % 5))
  const ids = (of: Plan) => shardCells(of, of.cells, 3, durations).map((cells) => cells.map(({ id }) => id))
  expect(ids(plan)).toEqual(ids(planOf([snip, sa])))
  const changed = planOf([{ ...snip, plugin: magnitude.plugin }, sa])
  expect([...changed.units.keys()]).not.toEqual([...plan.units.keys()])
  expect(ids(changed)).toEqual(ids(plan))
})

test('a part is at most a third longer than the longest of the best cut', () => {
  for (let salt = 1; salt <= 20; salt++) {
    const plan = planOf([snip, lth], { sparsities: [0.8, 0.9], seeds: [1, 2] })
    const durations = everyUnitTakes(plan, (label, i) => ((label.length * 7 + i * salt * 13) % 11) + 1)
    const longest = Math.max(
      ...shardCells(plan, plan.cells, 2, durations).map((cells) => seconds(plan, cells, durations)),
    )
    expect(longest / best(plan, durations)).toBeLessThanOrEqual(4 / 3)
  }
})

test('cells that share what takes long stay together', () => {
  const plan = planOf([lth], { seeds: [1, 2] })
  const training = /^train the full network|full training|unpruned/
  const durations = everyUnitTakes(plan, (label) => (training.test(label) ? 100 : 1))
  expect(Object.values(durations).filter((took) => took === 100).length).toBeGreaterThanOrEqual(2)
  const shards = shardCells(plan, plan.cells, 2, durations)
  expect(shards.map((cells) => new Set(cells.map(({ point }) => point.seed)).size)).toEqual([1, 1])
})

test('what was measured decides, and weights where nothing was', () => {
  const plan = planOf([snip, magnitude], { seeds: [1], sparsities: [0.5, 0.6, 0.7, 0.8], control: false })
  const slow = everyUnitTakes(plan, (label) => (label.includes('snip') ? 9 : 1))
  const snips = (durations: Durations) =>
    shardCells(plan, plan.cells, 2, durations).map(
      (cells) => cells.filter(({ point }) => point.criterion === 'snip').length,
    )
  expect(snips(slow)).toEqual([2, 2])
  const one = everyUnitTakes(plan, (label) => (label.includes('train snip s=50%') ? 1000 : 1))
  const [alone] = shardCells(plan, plan.cells, 2, one)
  expect(alone?.map(({ id }) => id)).toEqual(['snip s=50% k=0 seed=1'])
  // Half of the units are known: the others are expected to go at the same pace.
  const known = Object.fromEntries(Object.entries(slow).filter(([label]) => label.includes('magnitude')))
  expect(shardCells(plan, plan.cells, 2, known).map(({ length }) => length)).toEqual([4, 4])
})
