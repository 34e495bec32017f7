import { expect, test } from 'vitest'
import { stream } from '../values/random.ts'
import { afterFlips, drawFlips, flipped, keptFirst } from './flips.ts'

const random = stream(1, 'flips')

function randomMask(size: number, kept: number): Uint8Array {
  const mask = new Uint8Array(size)
  for (const i of random.permutation(size).subarray(0, kept)) mask[i] = 1
  return mask
}

test('flips are distinct ones and zeros, as many of each, and the order is left as it was', () => {
  for (let round = 0; round < 200; round++) {
    const size = 2 + random.integer(50)
    const kept = 1 + random.integer(size - 1)
    const count = 1 + random.integer(Math.min(kept, size - kept))
    const mask = randomMask(size, kept)
    const order = keptFirst(mask)
    const before = order.slice()
    const flips = drawFlips(order, kept, count, random)
    expect(order).toEqual(before)
    expect(new Set(flips.cleared).size).toBe(count)
    expect(new Set(flips.set).size).toBe(count)
    for (const i of flips.cleared) expect(mask[i]).toBe(1)
    for (const i of flips.set) expect(mask[i]).toBe(0)

    const next = flipped(mask, flips)
    expect(next.filter((bit, i) => bit !== mask[i])).toHaveLength(2 * count)
    const orderAfter = afterFlips(order, kept, flips)
    expect([...orderAfter.subarray(0, kept)].sort((a, b) => a - b)).toEqual([
      ...keptFirst(next).subarray(0, kept),
    ])
    expect([...orderAfter].sort((a, b) => a - b)).toEqual([...order].sort((a, b) => a - b))
  }
})

test('every set of flips is equally likely', () => {
  const mask = Uint8Array.of(1, 0, 1, 0, 1, 0)
  const order = keptFirst(mask)
  const seen = new Map<string, number>()
  const rounds = 9000
  for (let i = 0; i < rounds; i++) {
    const neighbour = flipped(mask, drawFlips(order, 3, 2, random)).join('')
    seen.set(neighbour, (seen.get(neighbour) ?? 0) + 1)
  }
  // Three pairs of ones times three pairs of zeros; χ² with 8 degrees of freedom is under 26.1 with probability .999.
  expect(seen.size).toBe(9)
  const expected = rounds / 9
  const chiSquare = [...seen.values()].reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0)
  expect(chiSquare).toBeLessThan(26.1)
})
