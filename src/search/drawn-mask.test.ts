import { expect, test } from 'vitest'
import { stream } from '../values/random.ts'
import { countOnes, drawMask, turnRound, unpackMask } from './drawn-mask.ts'
import { packMask } from './packed-mask.ts'
import { onesOf } from './toy-search.fixture.ts'

test('a drawn mask has exactly the ones asked for, at every size and share', () => {
  for (const size of [0, 1, 2, 31, 32, 33, 64, 100, 1000])
    for (const share of [0, 0.01, 0.1, 0.3, 0.5, 0.7, 0.99, 1]) {
      const kept = Math.round(share * size)
      const packed = drawMask({ size, kept }, stream(1, `${size} ${kept}`))
      const mask = unpackMask(packed, size)
      expect(mask).toHaveLength(size)
      expect(onesOf(mask)).toBe(kept)
      expect(countOnes(packed)).toBe(kept)
      expect(packMask(mask)).toEqual(packed)
    }
})

test.each([
  [6, 3],
  [7, 2],
  [5, 4],
])('of %i weights every choice of %i is equally likely', (size, kept) => {
  const random = stream(2, 'choices')
  const seen = new Map<string, number>()
  const rounds = 7000
  for (let i = 0; i < rounds; i++) {
    const mask = unpackMask(drawMask({ size, kept }, random), size).join('')
    seen.set(mask, (seen.get(mask) ?? 0) + 1)
  }
  const choices = binomial(size, kept)
  expect(seen.size).toBe(choices)
  const expected = rounds / choices
  const chiSquare = [...seen.values()].reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0)
  // Five standard deviations of χ².
  expect(chiSquare).toBeLessThan(choices - 1 + 5 * Math.sqrt(2 * (choices - 1)))
})

test('every weight of a large mask is as likely to be kept, and so is every pair', () => {
  const [size, kept, rounds] = [100, 20, 5000]
  const random = stream(3, 'weights')
  const single = new Float64Array(size)
  const withNext = new Float64Array(size)
  for (let i = 0; i < rounds; i++) {
    const mask = unpackMask(drawMask({ size, kept }, random), size)
    mask.forEach((bit, j) => {
      single[j] = (single[j] as number) + bit
      withNext[j] = (withNext[j] as number) + bit * (mask[(j + 37) % size] as number)
    })
  }
  const within = (counts: Float64Array, p: number) =>
    counts.forEach((n) => expect(Math.abs(n - rounds * p)).toBeLessThan(5 * Math.sqrt(rounds * p * (1 - p))))
  within(single, kept / size)
  within(withNext, ((kept / size) * (kept - 1)) / (size - 1))
})

test('weights that are turned round are all of one side, and as many as asked for', () => {
  const before = drawMask({ size: 90, kept: 30 }, stream(4, 'before'))
  for (const side of [0, 1] as const) {
    const after = before.slice()
    turnRound(after, 90, side, 12, stream(4, 'turn'))
    const changed = after.map((word, w) => word ^ (before[w] as number))
    expect(countOnes(changed)).toBe(12)
    expect(countOnes(changed.map((word, w) => word & (before[w] as number)))).toBe(side === 1 ? 12 : 0)
  }
})

function binomial(n: number, k: number): number {
  return k === 0 ? 1 : (binomial(n - 1, k - 1) * n) / k
}
