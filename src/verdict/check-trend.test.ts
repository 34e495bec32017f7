import { expect, test } from 'vitest'
import { cells } from '../plugin/index.ts'
import { sampleResults } from '../report/sample-results.ts'
import type { CellRecord } from '../results/index.ts'
import { checkTrend } from './check-trend.ts'

const sample = sampleResults()
const [template] = sample.cells as [CellRecord]

/** Right answers of 100 at each k, of one criterion, by seed. */
function series(byK: Readonly<Record<number, readonly (number | null)[]>>, criterion = 'a'): CellRecord[] {
  return Object.entries(byK).flatMap(([k, values]) =>
    values.map((last, i) => ({
      ...template,
      id: `${criterion} k${k} seed${i + 1}`,
      point: { criterion, sparsity: 0.5, k: Number(k), seed: i + 1, control: false },
      status: 'ok' as const,
      accuracy: {
        ...template.accuracy,
        last: last === null ? null : { correct: last, total: 100, epoch: 1 },
      },
    })),
  )
}

function checksOf(all: readonly CellRecord[], way: 'grow' | 'fall' = 'grow') {
  const { claim } = cells()[way]({ along: 'k', metric: 'last' })
  if (claim.kind !== 'trend') return expect.fail()
  return checkTrend(claim, all, { results: sample, similarityOf: () => null })
}

test('the smallest step decides, by the means over seeds', () => {
  const all = series({ 0: [49, 51], 1: [60, 62], 3: [62, 64], 6: [80, 80] })
  expect(checksOf(all)).toEqual([
    {
      group: { criterion: 'a', sparsity: 0.5, k: 6, control: false },
      ...{ outcome: 'pass', value: 63, target: 61, margin: 2, ci95: null, seeds: [1, 2] },
      cells: all.map(({ id }) => id),
      reason: '61 at k=1, 63 at k=3',
    },
  ])
  expect(checksOf(all, 'fall')).toMatchObject([{ outcome: 'fail', margin: -17 }])
  // Of equal steps the first one is told.
  expect(checksOf(series({ 0: [50], 1: [52], 3: [54] }))).toMatchObject([{ reason: '50 at k=0, 52 at k=1' }])
})

test('every seed counts once, however many repeats of its search there are', () => {
  const [first, repeat, second] = series({ 3: [50, 60, 80] }) as [CellRecord, CellRecord, CellRecord]
  const seeded = (cell: CellRecord, seed: number) => ({ ...cell, point: { ...cell.point, seed } })
  const all = [...series({ 0: [10, 10] }), seeded(first, 1), seeded(repeat, 1), seeded(second, 2)]
  // Seeds: (50 + 60) / 2 = 55 and 80; the mean of the three cells is 63.3.
  expect(checksOf(all)).toMatchObject([{ value: 67.5, target: 10, margin: 57.5, seeds: [1, 2] }])
})

test('a step that is flat is none', () => {
  const flat = series({ 0: [50], 1: [60], 3: [60] })
  for (const way of ['grow', 'fall'] as const) expect(checksOf(flat, way)[0]?.outcome).toBe('fail')
})

test('points are in the order of the coordinate, not of the cells', () => {
  const all = [...series({ 6: [70] }), ...series({ 0: [50] }), ...series({ 3: [60] })]
  expect(checksOf(all)).toMatchObject([{ outcome: 'pass', group: { k: 6 }, margin: 10 }])
  expect(checksOf(all.map((one) => one).reverse(), 'fall')).toMatchObject([{ outcome: 'fail' }])
})

test('a point without a figure is passed over; one point alone is no trend', () => {
  expect(checksOf(series({ 0: [50], 1: [null], 3: [60] }))).toMatchObject([
    { outcome: 'pass', reason: '50 at k=0, 60 at k=3' },
  ])
  expect(checksOf(series({ 0: [50], 1: [null] }))).toMatchObject([
    {
      outcome: 'skipped',
      value: null,
      target: null,
      margin: null,
      reason: 'it needs figures at two values of k',
    },
  ])
})

test('every criterion is a series of its own', () => {
  const checks = checksOf([...series({ 0: [50], 1: [60] }), ...series({ 0: [60], 1: [50] }, 'b')])
  expect(checks.map(({ group, outcome }) => [group.criterion, outcome])).toEqual([
    ['a', 'pass'],
    ['b', 'fail'],
  ])
})
