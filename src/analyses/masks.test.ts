import { expect, test } from 'vitest'
import { stream } from '../values/random.ts'
import { findCollapse } from './collapse.ts'
import { chanceSimilarity, maskSimilarity } from './similarity.ts'

const mask = (...bits: number[]) => Uint8Array.from(bits)

test('collapse names empty layers and the layer where the last path ends', () => {
  const first = { name: 'fc1', shape: [2, 2] as const, mask: mask(1, 1, 0, 0) }
  const through = { name: 'fc2', shape: [1, 2] as const, mask: mask(1, 0) }
  // Keeps one weight, but of the unit that fc1 leaves without inputs.
  const beside = { name: 'fc2', shape: [1, 2] as const, mask: mask(0, 1) }
  const nothing = { name: 'fc2', shape: [1, 2] as const, mask: mask(0, 0) }
  expect(findCollapse([first, through])).toEqual({ empty: [], severedAt: null })
  expect(findCollapse([first, beside])).toEqual({ empty: [], severedAt: 'fc2' })
  expect(findCollapse([first, nothing])).toEqual({ empty: ['fc2'], severedAt: 'fc2' })
  expect(() => findCollapse([first, { ...through, shape: [2, 1] }])).toThrow(
    'fc2 has 1 inputs, but the layer before has 2 outputs',
  )
})

test('a path is found wherever multiplying the masks of all layers finds one', () => {
  const random = stream(1, 'collapse')
  const severed = { found: 0, free: 0 }
  for (let round = 0; round < 300; round++) {
    const sizes = Array.from({ length: 4 }, () => 1 + random.integer(4))
    const layers = [1, 2, 3].map((l) => {
      const shape = [sizes[l] as number, sizes[l - 1] as number] as const
      const bits = Uint8Array.from({ length: shape[0] * shape[1] }, () => (random.integer(3) === 0 ? 1 : 0))
      return { name: `fc${l}`, shape, mask: bits }
    })
    let paths = Array.from({ length: sizes[0] as number }, () => 1)
    for (const { shape, mask: bits } of layers)
      paths = Array.from({ length: shape[0] }, (_, o) =>
        paths.reduce((sum, n, i) => sum + n * (bits[o * shape[1] + i] as number), 0),
      )
    const open = paths.some((n) => n > 0)
    expect(findCollapse(layers).severedAt === null).toBe(open)
    severed[open ? 'free' : 'found']++
  }
  expect(Math.min(severed.found, severed.free)).toBeGreaterThan(50)
})

test('similarity of masks worked out by hand', () => {
  const a = mask(1, 1, 1, 1, 0, 0, 0, 0)
  const b = mask(1, 0, 0, 0, 0, 0, 0, 0)
  expect(maskSimilarity(a, b)).toEqual({ cosine: 0.5, jaccard: 0.25, hamming: 3 })
  expect(maskSimilarity(a, a)).toEqual({ cosine: 1, jaccard: 1, hamming: 0 })
  expect(maskSimilarity(a, mask(0, 0, 0, 0, 1, 1, 1, 1))).toEqual({ cosine: 0, jaccard: 0, hamming: 8 })
  expect(maskSimilarity(mask(0, 0), mask(0, 0))).toEqual({ cosine: 0, jaccard: 0, hamming: 0 })
  expect(() => maskSimilarity(a, mask(1))).toThrow('masks of 8 and 1 weights cannot be compared')
})

test('chance is what independent random masks give in the mean: a cosine equal to their density', () => {
  const random = stream(2, 'similarity')
  const size = 400
  const randomMask = (kept: number) => {
    const bits = new Uint8Array(size)
    for (const i of random.permutation(size).subarray(0, kept)) bits[i] = 1
    return bits
  }
  expect(chanceSimilarity(randomMask(120), randomMask(120)).cosine).toBeCloseTo(0.3, 12)
  const chance = chanceSimilarity(randomMask(120), randomMask(40))
  const rounds = 300
  let [cosine, jaccard, hamming] = [0, 0, 0]
  for (let i = 0; i < rounds; i++) {
    const found = maskSimilarity(randomMask(120), randomMask(40))
    cosine += found.cosine / rounds
    jaccard += found.jaccard / rounds
    hamming += found.hamming / rounds
  }
  expect(Math.abs(cosine - chance.cosine)).toBeLessThan(0.01)
  expect(Math.abs(jaccard - chance.jaccard)).toBeLessThan(0.005)
  expect(Math.abs(hamming - chance.hamming)).toBeLessThan(1.5)
})
