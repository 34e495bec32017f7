import { expect, test } from 'vitest'
import { stream } from '../values/random.ts'
import { collectCells } from './collect.ts'
import { groupCells } from './group.ts'
import { samplePlan } from './sample-plan.ts'
import type { CellRecord } from './types.ts'

function records(): CellRecord[] {
  const { plan, facts, seconds } = samplePlan()
  return collectCells({
    plan,
    facts: (key) => facts.get(key),
    seconds: (key) => seconds.get(key),
    failures: new Map(),
  })
}

test('control first, then criteria in the order of the suite, sparsity and k', () => {
  const all = records()
  const later = all.map((record) => ({ ...record, point: { ...record.point, k: 75, control: false } }))
  const groups = groupCells([
    ...all.filter(({ point }) => !point.control),
    ...later,
    ...all.filter(({ point }) => point.control),
  ])
  expect(groups.map(({ criterion, sparsity, k }) => `${criterion} ${sparsity} ${k}`)).toEqual([
    'unpruned 0 0',
    'snip 0.5 0',
    'snip 0.5 75',
    'snip 0.9 0',
    'snip 0.9 75',
    'annealing 0.5 0',
    'annealing 0.5 75',
    'annealing 0.9 0',
    'annealing 0.9 75',
    'unpruned 0 75',
  ])
})

test('statistics are over seeds, in %', () => {
  const group = groupCells(records()).find(
    ({ criterion, sparsity }) => criterion === 'annealing' && sparsity === 0.9,
  )
  expect(group).toMatchObject({
    seeds: [1, 2],
    statuses: { ok: 2, collapsed: 0, failed: 0, cancelled: 0 },
    achievedSparsity: { n: 2, mean: 0.9, sd: 0 },
    search: { n: 2, mean: 61.5 },
    rewind: { n: 2, mean: 10, sd: 0 },
    validationSelected: { n: 2, mean: 89, sd: 0 },
    seconds: { n: 2, mean: 5, sd: 0 },
  })
  // 90.1 and 90.2 %
  expect(group?.last?.mean).toBeCloseTo(90.15, 10)
  expect(group?.last?.sd).toBeCloseTo(Math.sqrt(0.005), 10)
})

test('only cells that are ok count, the others are counted', () => {
  const broken = records().map((record): CellRecord => {
    if (record.point.criterion !== 'snip' || record.point.seed !== 2) return record
    return record.point.sparsity === 0.9
      ? { ...record, status: 'collapsed', emptyLayers: ['fc3/weight'] }
      : { ...record, status: 'failed' }
  })
  const groups = groupCells(broken).filter(({ criterion }) => criterion === 'snip')
  expect(groups.map(({ last }) => last)).toEqual([
    { n: 1, mean: 90.1, sd: null, ci95: null },
    { n: 1, mean: 90.1, sd: null, ci95: null },
  ])
  expect(groups.map(({ statuses }) => statuses)).toEqual([
    { ok: 1, collapsed: 0, failed: 1, cancelled: 0 },
    { ok: 1, collapsed: 1, failed: 0, cancelled: 0 },
  ])
  expect(groups.map(({ seeds }) => seeds)).toEqual([
    [1, 2],
    [1, 2],
  ])
  expect(groups.map(({ emptyLayers }) => emptyLayers)).toEqual([[], ['fc3/weight']])
})

test('repeats of a search count as one value of their seed: seeds are independent, repeats of one are not', () => {
  const [first, second] = records().filter(
    ({ point }) => point.criterion === 'annealing' && point.sparsity === 0.9,
  ) as [CellRecord, CellRecord]
  const repeat = (record: CellRecord, searchSeed: number, correct: number): CellRecord => ({
    ...record,
    point: { ...record.point, searchSeed },
    accuracy: { ...record.accuracy, last: { correct, total: 1000, epoch: 2 } },
  })
  const [group, ...others] = groupCells([
    repeat(first, 2, 900),
    repeat(first, 1, 880),
    repeat(second, 1, 910),
    repeat(second, 2, 930),
    { ...repeat(second, 3, 0), status: 'failed' },
  ])
  expect(others).toEqual([])
  expect(group?.seeds).toEqual([1, 2])
  expect(group?.statuses).toMatchObject({ ok: 4, failed: 1 })
  // 89 and 92 %, of one seed each.
  expect(group?.last).toMatchObject({ n: 2, mean: 90.5, sd: Math.sqrt(4.5) })
})

test('groups do not depend on the order in which seeds and sparsities come', () => {
  const all = records()
  const random = stream(1, 'order')
  for (let i = 0; i < 20; i++) {
    const mixed = [...random.permutation(all.length)].map((j) => all[j] as CellRecord)
    // The order of criteria is the suite's: that of their first appearance.
    const first = all.filter(
      ({ point }, j) => all.findIndex((r) => r.point.criterion === point.criterion) === j,
    )
    expect(groupCells([...first, ...mixed.filter((record) => !first.includes(record))])).toEqual(
      groupCells(all),
    )
  }
})
