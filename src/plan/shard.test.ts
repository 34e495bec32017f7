import { expect, test } from 'vitest'
import { criterion, lth, planOf, sa, snip } from './plan.fixture.ts'
import { goalsOf, lineage } from './select.ts'
import { shardCells, type Durations } from './shard.ts'
import type { Digest } from '../values/digest.ts'
import type { Plan, PlannedCell, Unit, UnitKind } from './types.ts'

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

/** A plan of cells, each of units that take so long; equal names are one unit. */
function made(
  cells: Readonly<Record<string, readonly string[]>>,
  kinds: Readonly<Record<string, UnitKind>> = {},
) {
  const names = [...new Set(Object.values(cells).flat())]
  const units = new Map(
    names.map((name) => {
      const key = name as Digest
      const inputs = name.includes('<') ? { input: name.split('<')[1] as Digest } : {}
      const unit = {
        key,
        kind: kinds[name] ?? 'train',
        label: name,
        weight: Number(/\d+/.exec(name)?.[0] ?? 1),
        document: { inputs },
      }
      return [key, unit as unknown as Unit]
    }),
  )
  const planned = Object.entries(cells).map(([id, of]) => ({
    id,
    units: Object.fromEntries(of.map((name) => [name, name])),
  }))
  return { plan: { units }, cells: planned as unknown as PlannedCell[] }
}

const planAndCells = ({ plan, cells }: ReturnType<typeof made>) => [plan, cells] as const

const cut = (of: ReturnType<typeof made>, count: number, durations: Durations = {}) =>
  shardCells(...planAndCells(of), count, durations).map((part) => part.map(({ id }) => id).join(''))

test('the longest cells are placed first, each where least is to be computed so far', () => {
  // 5 | 4 | 3 joins 4 | 2 joins 5 | 1 joins either: the first.
  expect(cut(made({ a: ['1'], b: ['2'], c: ['3'], d: ['4'], e: ['5'] }), 2)).toEqual(['abe', 'cd'])
})

test('of cells that take as long, the one whose name comes first', () => {
  for (const order of [
    ['a', 'b', 'c', 'd'],
    ['d', 'c', 'b', 'a'],
    ['b', 'd', 'a', 'c'],
  ]) {
    const parts = shardCells(
      ...planAndCells(made(Object.fromEntries(order.map((id) => [id, [`${id}1`]])))),
      2,
      {},
    )
    expect(parts.map((part) => part.map(({ id }) => id).sort())).toEqual([
      ['a', 'c'],
      ['b', 'd'],
    ])
  }
})

test('what a part computes already costs it nothing more', () => {
  // 12 (e) | 11 (c); f needs but what e does, a but what c does.
  expect(cut(made({ a: ['x10'], c: ['x10', 'z1'], e: ['y11', 'w1'], f: ['y11'] }), 2)).toEqual(['ef', 'ac'])
})

test('what a unit is made from is computed as well', () => {
  // b reads x9 and takes ten seconds, not one: 10 (b) | 9 (a) | 5 (c) joins 9 | 4 (d) joins 10.
  expect(cut(made({ a: ['x9'], b: ['1<x9'], c: ['5'], d: ['4'] }), 2)).toEqual(['bd', 'ac'])
})

test('units that were never measured go at the pace of their kind, of all where none of that kind was', () => {
  const kinds = { m2: 'mask', n2: 'mask', t2: 'train', u2: 'train', s8: 'search', v4: 'train' } as const
  const cells = made({ m: ['m2'], n: ['n2'], t: ['t2'], u: ['u2'], s: ['s8'], v: ['v4'] }, kinds)
  // Seconds by weight: masks 10, trainings 1, all of them 22 / 4 = 5.5. So s takes 44, m and n 20, v 4, t and u 2:
  // 44 (s) | 20 (m) | 40 (n) | 44 (v) | 46 (t) joins s, the first of equals | 46 (u) joins the others.
  expect(cut(cells, 2, { m2: 20, t2: 2 })).toEqual(['ts', 'mnuv'])
})
