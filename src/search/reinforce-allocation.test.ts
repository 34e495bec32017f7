import { expect, test } from 'vitest'
import { stream } from '../values/random.ts'
import { allocation, hasChoice, layerBounds, logit } from './reinforce-allocation.ts'

const random = stream(1, 'allocation')
const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0)

test('the count is exact, within every layer, and no layer is emptied where that can be', () => {
  for (let round = 0; round < 500; round++) {
    const sizes = Array.from({ length: 1 + random.integer(8) }, () => 1 + random.integer(300))
    const kept = random.integer(sum(sizes) + 1)
    // Now and then far out, where rates are 0 or 1.
    const wide = [1, 5, 100][random.integer(3)] as number
    const logits = sizes.map(() => wide * random.normal())
    const counts = allocation(logits, kept, layerBounds(sizes, kept))
    expect(sum(counts)).toBe(kept)
    counts.forEach((count, layer) => {
      expect(Number.isInteger(count)).toBe(true)
      expect(count).toBeGreaterThanOrEqual(kept >= sizes.length ? 1 : 0)
      expect(count).toBeLessThanOrEqual(sizes[layer] as number)
    })
  }
})

test('equal logits keep equal shares, and logits of known rates give these rates', () => {
  const sizes = [235_200, 30_000, 1000]
  const at = (logits: number[], kept: number) => allocation(logits, kept, layerBounds(sizes, kept))
  expect(at([0.3, 0.3, 0.3], 53_240)).toEqual([47_040, 6000, 200])
  const counts = [23_520, 15_000, 700]
  const logits = counts.map((count, layer) => logit(count / (sizes[layer] as number)))
  // A shift of all logits changes nothing.
  for (const shift of [0, -3, 7])
    expect(
      at(
        logits.map((x) => x + shift),
        sum(counts),
      ),
    ).toEqual(counts)
})

test('what is missing goes to the largest remainders, of equals to the first', () => {
  expect(allocation([0, 0, 0], 5, layerBounds([4, 4, 4], 5))).toEqual([2, 2, 1])
  expect(allocation([0, 0], 7, layerBounds([3, 12], 7))).toEqual([1, 6])
  // Rates of .425: 1.7, 2.55 and 4.25.
  expect(allocation([0, 0, 0], 9, layerBounds([4, 6, 10], 9))).toEqual([2, 3, 4])
})

test('a larger logit never gets a layer fewer weights', () => {
  const sizes = [40, 70, 90]
  for (let round = 0; round < 100; round++) {
    const kept = 3 + random.integer(195)
    const logits = sizes.map(() => random.normal())
    const bounds = layerBounds(sizes, kept)
    const less = allocation(logits, kept, bounds)
    const more = allocation([(logits[0] as number) + 0.5, ...logits.slice(1)], kept, bounds)
    expect(more[0]).toBeGreaterThanOrEqual(less[0] as number)
  }
})

test('there is a choice where two layers are open and not all of them is kept', () => {
  const choice = (sizes: number[], kept: number) => hasChoice(layerBounds(sizes, kept), kept)
  expect(choice([10], 5)).toBe(false)
  expect(choice([10, 10], 0)).toBe(false)
  expect(choice([10, 10], 20)).toBe(false)
  expect(choice([10, 10], 2)).toBe(false)
  expect(choice([10, 10], 3)).toBe(true)
  expect(choice([10, 10], 19)).toBe(true)
  expect(choice([10, 1], 5)).toBe(false)
  expect(choice([10, 0], 5)).toBe(false)
  // Fewer than layers: any layer may get them.
  expect(choice([10, 10, 10], 2)).toBe(true)
})

test('logits that are not finite, and no layers at all, come to an end', () => {
  expect(allocation([], 0, layerBounds([], 0))).toEqual([])
  for (const logits of [
    [Infinity, 0],
    [-Infinity, 1],
    [Number.NaN, 2],
  ])
    expect(allocation(logits, 5, layerBounds([6, 6], 5))).toHaveLength(2)
})
