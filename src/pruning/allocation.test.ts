import { expect, test } from 'vitest'
import { Problem } from '../values/problem.ts'
import { stream } from '../values/random.ts'
import { prunedCount, prunedPerLayer } from './allocation.ts'

test('the count of pruned weights is exact where the product in floating point is not', () => {
  expect(100 * 0.29).toBeLessThan(29)
  expect(prunedCount(100, 0.29)).toBe(29)
  expect([0, 0.7, 0.8, 0.9, 1].map((s) => prunedCount(266_200, s))).toEqual([
    0, 186_340, 212_960, 239_580, 266_200,
  ])
  expect(prunedCount(7, 0.5)).toBe(3)
  expect([prunedCount(39e6, 0.57), prunedCount(94e6, 0.29)]).toEqual([22_230_000, 27_260_000])
})

test('a sparsity that is no share is refused with its value', () => {
  for (const s of [-0.1, 1.1, Number.NaN, 90]) {
    expect(() => prunedCount(10, s)).toThrow(Problem)
    expect(() => prunedCount(10, s)).toThrow(`sparsity ${s} is not a share`)
  }
})

test('per layer, the total is that of a global ranking and no layer is off its share by a whole weight', () => {
  const random = stream(1, 'allocation')
  for (let round = 0; round < 500; round++) {
    const sizes = Array.from({ length: 1 + random.integer(6) }, () => random.integer(round < 250 ? 12 : 5000))
    const sparsity = random.integer(101) / 100
    const counts = prunedPerLayer(sizes, sparsity)
    const total = sizes.reduce((a, b) => a + b, 0)
    expect(counts.reduce((a, b) => a + b, 0)).toBe(prunedCount(total, sparsity))
    counts.forEach((count, i) => {
      const size = sizes[i] as number
      expect(Math.abs(count - size * sparsity)).toBeLessThan(1)
      expect(count).toBeLessThanOrEqual(size)
    })
  }
})

test('the odd weight is taken from the layer whose count was cut by most', () => {
  expect(prunedPerLayer([3, 5, 4], 0.5)).toEqual([2, 2, 2])
  expect(prunedPerLayer([4, 3, 4], 0.6)).toEqual([2, 2, 2])
})

test('of layers whose counts were cut by equally much, the first lose one more', () => {
  expect(prunedPerLayer([3, 3, 3], 0.5)).toEqual([2, 1, 1])
  expect(prunedPerLayer([5, 3, 3, 3], 0.5)).toEqual([3, 2, 1, 1])
})
