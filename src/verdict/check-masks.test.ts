import { expect, test } from 'vitest'
import type { CellRecord, Results } from '../results/index.ts'
import { sampleResults } from '../report/sample-results.ts'
import { checkCollapse, checkSparsity } from './check-masks.ts'

const sample = sampleResults()
const [template] = sample.cells.filter(({ point }) => point.criterion === 'snip') as [CellRecord]

interface Mask {
  readonly criterion?: string
  readonly sparsity?: number
  readonly seed?: number
  /** Weights kept of each layer, and how many it has. */
  readonly layers?: readonly (readonly [kept: number, total: number])[]
  readonly change?: Partial<CellRecord>
}

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0)

function cell({
  criterion = 'snip',
  sparsity = 0.5,
  seed = 1,
  layers = [[5, 10]],
  change = {},
}: Mask): CellRecord {
  const [kept, total] = [sum(layers.map(([k]) => k)), sum(layers.map(([, t]) => t))]
  return {
    ...template,
    id: `${criterion} ${sparsity} ${seed}`,
    point: { ...template.point, criterion, sparsity, seed },
    sparsity: { requested: sparsity, achieved: (total - kept) / total, kept, total },
    layers: layers.map(([k, t], i) => ({ name: `layer ${i}`, kept: k, total: t })),
    ...change,
  }
}

const noMask = { sparsity: { requested: 0.5, achieved: null, kept: null, total: null }, layers: null }

/** Where the criterion `random` ranks each layer on its own, and a search is said to. */
const results: Results = {
  ...sample,
  identity: {
    ...sample.identity,
    criteria: sample.identity.criteria.map((one) =>
      ['random', 'simulated-annealing'].includes(one.label) ? { ...one, scope: 'layer' } : one,
    ),
  },
}

const sparsityOf = (...masks: readonly Mask[]) =>
  checkSparsity({ kind: 'exact-sparsity' }, masks.map(cell), { results, similarityOf: () => null })

test('a mask that keeps what was asked for passes, with its sparsity and the distance from what was asked', () => {
  const [check] = sparsityOf({}, { seed: 2 })
  expect(check).toEqual({
    group: { criterion: 'snip', sparsity: 0.5, k: 0, control: false },
    ...{ outcome: 'pass', value: 0.5, target: 0.5, margin: 0, ci95: null },
    ...{ seeds: [1, 2], cells: ['snip 0.5 1', 'snip 0.5 2'], reason: null },
  })
  // 5 of 11 are pruned: the nearest share below one half.
  expect(sparsityOf({ layers: [[6, 11]] })[0]?.outcome).toBe('pass')
})

test.each([[4], [6]])('a mask that keeps %d of 10 weights at 50 % fails', (kept) => {
  const [check] = sparsityOf({ layers: [[kept, 10]] }, { seed: 2 }, { seed: 3 })
  expect(check).toMatchObject({
    outcome: 'fail',
    seeds: [1, 2, 3],
    cells: ['snip 0.5 1'],
    reason: '1 of 3 cells',
  })
  // Mean of .5, .5 and .4 or .6.
  expect(check?.value).toBeCloseTo((1 + (10 - kept) / 10) / 3, 12)
  expect(check?.margin).toBeCloseTo(-1 / 30, 12)
  expect(sparsityOf({ layers: [[kept, 10]] })[0]?.reason).toBe('1 of 1 cell')
})

test('layers have their share where each is ranked on its own, and not elsewhere', () => {
  const uneven = [
    [2, 4],
    [5, 10],
  ] as const
  const swapped = [
    [3, 4],
    [4, 10],
  ] as const
  expect(sparsityOf({ criterion: 'random', layers: uneven })[0]?.outcome).toBe('pass')
  expect(sparsityOf({ criterion: 'random', layers: swapped })[0]?.outcome).toBe('fail')
  for (const criterion of ['snip', 'simulated-annealing'])
    expect(sparsityOf({ criterion, layers: swapped })[0]?.outcome).toBe('pass')
  // Masks of which layers are not told are judged by their sum.
  expect(sparsityOf({ criterion: 'random', layers: swapped, change: { layers: null } })[0]?.outcome).toBe(
    'pass',
  )
})

test('the unpruned network keeps all; one that says otherwise fails', () => {
  const unpruned = (achieved: number | null) => ({
    criterion: 'unpruned',
    sparsity: 0,
    change: { sparsity: { requested: 0, achieved, kept: null, total: null }, layers: null },
  })
  expect(sparsityOf(unpruned(0))[0]?.outcome).toBe('pass')
  expect(sparsityOf(unpruned(0.1))[0]?.outcome).toBe('fail')
})

test('cells without a mask are not judged; where no cell has one the check is skipped', () => {
  expect(sparsityOf({ change: noMask }, { seed: 2 })[0]).toMatchObject({
    ...{ outcome: 'pass', value: 0.5, seeds: [2], cells: ['snip 0.5 1', 'snip 0.5 2'] },
  })
  expect(sparsityOf({ change: noMask })[0]).toMatchObject({
    ...{ outcome: 'skipped', value: null, margin: null, target: 0.5, seeds: [], reason: 'no mask was made' },
  })
})

test('every criterion and sparsity is a check of its own', () => {
  const checks = sparsityOf({}, { seed: 2 }, { criterion: 'random' }, { sparsity: 0.8, layers: [[2, 10]] })
  expect(checks.map(({ group, seeds }) => [group.criterion, group.sparsity, seeds])).toEqual([
    ['snip', 0.5, [1, 2]],
    ['random', 0.5, [1]],
    ['snip', 0.8, [1]],
  ])
})

const collapseOf = (...changes: readonly Partial<CellRecord>[]) =>
  checkCollapse(
    { kind: 'no-collapse' },
    changes.map((change, i) => cell({ seed: i + 1, change })),
  )[0]

test('networks that keep a path pass; those that were not run to their end are not judged', () => {
  expect(collapseOf({}, { status: 'failed' }, { status: 'cancelled' }, {})).toMatchObject({
    ...{ outcome: 'pass', seeds: [1, 4], value: null, target: null, margin: null, reason: null },
  })
  expect(collapseOf({ status: 'failed' }, { status: 'cancelled' })).toMatchObject({
    ...{ outcome: 'skipped', seeds: [], reason: 'none was run to its end' },
  })
})

test('one that keeps none fails, with the layers of which nothing is left', () => {
  const collapsed = (...emptyLayers: string[]) => ({ status: 'collapsed' as const, emptyLayers })
  expect(collapseOf({}, collapsed('a', 'b'), collapsed('b', 'c'), { status: 'failed' })).toMatchObject({
    outcome: 'fail',
    cells: ['snip 0.5 2', 'snip 0.5 3'],
    reason: '2 of 3 cells: nothing is left of a, b, c',
  })
  expect(collapseOf(collapsed())?.reason).toBe('1 of 1 cell: no path from input to output')
})
