import { expect, test } from 'vitest'
import { batchesBetween, epochOrder, stepsPerEpoch } from './batches.ts'
import { scheduleFactor } from './schedule.ts'

const plan = { seed: 3, examples: 25, batchSize: 4, atMost: () => 3 }

test('every epoch visits every image once, the last batch holding the rest', () => {
  const perEpoch = stepsPerEpoch(25, 4)
  expect(perEpoch).toBe(7)
  for (const epoch of [0, 1]) {
    const batches = [...batchesBetween(epoch * perEpoch, (epoch + 1) * perEpoch, plan)]
    const seen = batches.flatMap((b) => [...b.indices])
    expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 25 }, (_, i) => i))
    expect(batches.map((b) => [b.steps, b.batchSize])).toEqual([
      [3, 4],
      [3, 4],
      [1, 1],
    ])
    expect(batches.every((b) => b.epoch === epoch)).toBe(true)
  }
})

test('where steps are cut into pieces does not change which images they see', () => {
  const whole = [...batchesBetween(0, 10, { ...plan, atMost: () => 100 })].flatMap((b) => [...b.indices])
  const pieces = [0, 1, 2, 5, 9].flatMap((from, i, all) =>
    [...batchesBetween(from, all[i + 1] ?? 10, { ...plan, atMost: () => 2 })].flatMap((b) => [...b.indices]),
  )
  expect(pieces).toEqual(whole)
})

test('a batch larger than the data set is the whole data set', () => {
  const [only, ...more] = [...batchesBetween(0, 1, { seed: 1, examples: 5, batchSize: 64, atMost: () => 10 })]
  expect(only?.batchSize).toBe(5)
  expect(more).toEqual([])
})

test('epochs and seeds have orders of their own', () => {
  expect(epochOrder(1, 0, 30)).toEqual(epochOrder(1, 0, 30))
  expect(epochOrder(1, 0, 30)).not.toEqual(epochOrder(1, 1, 30))
  expect(epochOrder(1, 0, 30)).not.toEqual(epochOrder(2, 0, 30))
})

test('schedules scale the learning rate as their formulas say', () => {
  const steps = { name: 'steps', at: [30, 60], factor: 0.1 } as const
  expect([0, 29, 30, 59, 60, 89].map((epoch) => scheduleFactor(steps, epoch, 90))).toEqual([
    1,
    1,
    0.1,
    0.1,
    0.1 ** 2,
    0.1 ** 2,
  ])
  const cosine = { name: 'cosine', final: 0.2 } as const
  expect(scheduleFactor(cosine, 0, 10)).toBe(1)
  expect(scheduleFactor(cosine, 5, 10)).toBeCloseTo(0.6)
  expect(scheduleFactor(cosine, 10, 10)).toBeCloseTo(0.2)
  expect(scheduleFactor({ name: 'constant' }, 7, 10)).toBe(1)
})
