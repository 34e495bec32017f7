import { expect, test } from 'vitest'
import { stream } from '../values/random.ts'
import { countOnes, drawMask } from './drawn-mask.ts'
import { crossed, mutated } from './genetic-crossover.ts'
import { hammingDistance, packMask } from './packed-mask.ts'

const random = stream(1, 'crossover')

test('a child keeps what both parents keep, prunes what both prune, and has their number of ones', () => {
  for (let round = 0; round < 300; round++) {
    const size = 2 + random.integer(200)
    const kept = 1 + random.integer(size - 1)
    const [one, other] = [drawMask({ size, kept }, random), drawMask({ size, kept }, random)]
    const before = [one.slice(), other.slice()]
    const child = crossed(one, other, random)
    expect(countOnes(child)).toBe(kept)
    expect(one.every((word, w) => (word & (other[w] as number) & ~(child[w] as number)) === 0)).toBe(true)
    expect(child.every((word, w) => (word & ~((one[w] as number) | (other[w] as number))) === 0)).toBe(true)
    expect([one, other]).toEqual(before)
  }
})

test('every half of what parents differ in is equally likely', () => {
  const [one, other] = [
    packMask(Uint8Array.of(1, 1, 1, 0, 1, 0, 0)),
    packMask(Uint8Array.of(1, 0, 0, 0, 1, 1, 1)),
  ]
  const seen = new Map<number, number>()
  const rounds = 6000
  for (let i = 0; i < rounds; i++) {
    const child = crossed(one, other, random)[0] as number
    seen.set(child, (seen.get(child) ?? 0) + 1)
  }
  // Two of the four weights; χ² with 5 degrees of freedom is under 20.5 with probability .999.
  expect(seen.size).toBe(6)
  const chiSquare = [...seen.values()].reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0)
  expect(chiSquare).toBeLessThan(20.5)
})

test('the child of equal parents is their equal', () => {
  const mask = drawMask({ size: 70, kept: 20 }, random)
  expect(crossed(mask, mask, random)).toEqual(mask)
})

test('a mutation flips exactly as many ones as zeros', () => {
  for (let round = 0; round < 300; round++) {
    const size = 2 + random.integer(100)
    const kept = 1 + random.integer(size - 1)
    const count = 1 + random.integer(Math.min(kept, size - kept))
    const mask = drawMask({ size, kept }, random)
    const before = mask.slice()
    const after = mutated(mask, size, count, random)
    expect(mask).toEqual(before)
    expect(countOnes(after)).toBe(kept)
    expect(hammingDistance(mask, after)).toBe(2 * count)
  }
})
