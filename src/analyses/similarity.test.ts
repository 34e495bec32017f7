import { expect, test } from 'vitest'
import { stream } from '../values/random.ts'
import { chanceOverlap, maskOverlap, packMask, similarityOf } from './similarity.ts'

const mask = (...bits: number[]) => Uint8Array.from(bits)
const similarity = (a: Uint8Array, b: Uint8Array) => similarityOf(maskOverlap(packMask(a), packMask(b)))

test('similarity of masks worked out by hand', () => {
  const a = mask(1, 1, 1, 1, 0, 0, 0, 0)
  const b = mask(1, 0, 0, 0, 0, 0, 0, 0)
  expect(similarity(a, b)).toEqual({ cosine: 0.5, jaccard: 0.25, hamming: 3 })
  expect(similarity(a, a)).toEqual({ cosine: 1, jaccard: 1, hamming: 0 })
  expect(similarity(a, mask(0, 0, 0, 0, 1, 1, 1, 1))).toEqual({ cosine: 0, jaccard: 0, hamming: 8 })
  expect(similarity(mask(0, 0), mask(0, 0))).toEqual({ cosine: 0, jaccard: 0, hamming: 0 })
  expect(() => similarity(a, mask(1))).toThrow('masks of 8 and 1 weights cannot be compared')
})

test('packed masks overlap in what looking at every weight finds, whatever their lengths', () => {
  const random = stream(1, 'overlap')
  for (const size of [0, 1, 31, 32, 33, 255, 256, 257, 1000, 5003]) {
    for (const density of [0.05, 0.5, 1]) {
      const [a, b] = [0, 1].map(() =>
        Uint8Array.from({ length: size }, () => (random.uniform() < density ? 1 : 0)),
      ) as [Uint8Array, Uint8Array]
      // Also where it is a part of a longer array, as in a file.
      const shifted = new Uint8Array([1, ...a]).subarray(1)
      expect(packMask(shifted)).toEqual(packMask(a))
      const ones = (bits: Uint8Array) => bits.filter((bit) => bit === 1).length
      expect(maskOverlap(packMask(a), packMask(b))).toEqual({
        size,
        a: ones(a),
        b: ones(b),
        both: ones(a.map((bit, i) => bit & (b[i] as number))),
      })
    }
  }
})

test('chance is what independent random masks give in the mean: a cosine equal to their density', () => {
  const random = stream(2, 'similarity')
  const size = 400
  const randomMask = (kept: number) => {
    const bits = new Uint8Array(size)
    for (const i of random.permutation(size).subarray(0, kept)) bits[i] = 1
    return bits
  }
  expect(similarityOf(chanceOverlap({ size, a: 120, b: 120 })).cosine).toBeCloseTo(0.3, 12)
  const chance = similarityOf(chanceOverlap({ size, a: 120, b: 40 }))
  const rounds = 300
  let [cosine, jaccard, hamming] = [0, 0, 0]
  for (let i = 0; i < rounds; i++) {
    const found = similarity(randomMask(120), randomMask(40))
    cosine += found.cosine / rounds
    jaccard += found.jaccard / rounds
    hamming += found.hamming / rounds
  }
  expect(Math.abs(cosine - chance.cosine)).toBeLessThan(0.01)
  expect(Math.abs(jaccard - chance.jaccard)).toBeLessThan(0.005)
  expect(Math.abs(hamming - chance.hamming)).toBeLessThan(1.5)
})
