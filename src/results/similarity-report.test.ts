import { expect, test } from 'vitest'
import { maskOverlap, packMask, similarityOf } from '../analyses/index.ts'
import { digest, type Digest } from '../values/digest.ts'
import { stream } from '../values/random.ts'
import type { SimilarityReport } from './details.ts'
import { comparedCells, similarityReport, type MaskedCell, type NetworkMask } from './similarity-report.ts'

const cell = (criterion: string, seed: number, sparsity = 0.5, k = 0, unit?: string): MaskedCell => ({
  point: { criterion, sparsity, k, seed, control: false },
  unit: digest(unit ?? `${criterion} ${sparsity} ${k} ${seed}`),
})

/** Two layers. */
const bytes = (first: readonly number[], second: readonly number[]): NetworkMask =>
  [first, second].map((bits, i) => ({ name: `fc${i + 1}`, mask: packMask(Uint8Array.from(bits)) }))

function report(masks: readonly (readonly [MaskedCell, NetworkMask])[]): SimilarityReport {
  return similarityReport(
    masks.map(([one]) => one),
    new Map(masks.map(([{ unit }, mask]): [Digest, NetworkMask] => [unit, mask])),
  )
}

test('groups are compared cell by cell, layer by layer, a group with itself over different seeds', () => {
  const { sparsities } = report([
    [cell('a', 1), bytes([1, 1, 0, 0], [1, 0])],
    [cell('a', 2), bytes([1, 0, 1, 0], [1, 0])],
    [cell('b', 1), bytes([0, 0, 1, 1], [0, 1])],
    [cell('a', 1, 0.9), bytes([1, 0, 0, 0], [0, 0])],
  ])
  expect(sparsities.map(({ sparsity }) => sparsity)).toEqual([0.5, 0.9])
  const [half, most] = sparsities
  expect(half?.groups).toEqual([
    { criterion: 'a', k: 0, cells: 2 },
    { criterion: 'b', k: 0, cells: 1 },
  ])
  // Three of six kept: chance is a cosine of 1/2, an overlap of 3/2.
  expect(half?.chance).toEqual({ cosine: 0.5, jaccard: 1.5 / 4.5, hamming: 3 })
  const [within, between] = half?.pairs ?? []
  expect(half?.pairs).toHaveLength(2)
  expect(within).toEqual({
    ...{ a: 0, b: 0, n: 1 },
    cosine: { mean: 2 / 3, sd: null },
    jaccard: { mean: 0.5, sd: null },
    hamming: { mean: 2, sd: null },
    layers: [
      { name: 'fc1', cosine: 0.5 },
      { name: 'fc2', cosine: 1 },
    ],
  })
  expect(between).toMatchObject({ a: 0, b: 1, n: 2, hamming: { mean: 5 } })
  expect(between?.cosine.mean).toBeCloseTo(1 / 6, 12)
  expect(between?.cosine.sd).toBeCloseTo(Math.sqrt(1 / 18), 12)
  expect(between?.layers).toEqual([
    { name: 'fc1', cosine: 0.25 },
    { name: 'fc2', cosine: 0 },
  ])
  // One cell has nobody to be compared with.
  expect(most?.pairs).toEqual([])
})

test('cells of one unit have one mask; cells whose mask is not there are left out', () => {
  const shared = bytes([1, 1, 0, 0], [1, 0])
  const { sparsities } = report([
    [cell('a', 1, 0.5, 0, 'shared'), shared],
    [cell('a', 1, 0.5, 6, 'shared'), shared],
  ])
  expect(sparsities[0]?.pairs).toMatchObject([{ a: 0, b: 1, n: 1, cosine: { mean: 1 } }])
  expect(similarityReport([cell('a', 1), cell('a', 2)], new Map())).toEqual({ sparsities: [] })
})

test('random masks are as alike as chance says, each pair as counted by itself', () => {
  const random = stream(3, 'masks')
  const draw = (kept: number, size: number) => {
    const bits = new Uint8Array(size)
    for (const i of random.permutation(size).subarray(0, kept)) bits[i] = 1
    return bits
  }
  const cells = Array.from({ length: 12 }, (_, seed) => {
    const flat = draw(1500, 5000)
    const layers = [flat.subarray(0, 4000), flat.subarray(4000)]
    return [cell('random', seed), bytes([...(layers[0] ?? [])], [...(layers[1] ?? [])])] as const
  })
  const [at] = report(cells).sparsities
  expect(at?.chance.cosine).toBeCloseTo(0.3, 12)
  const [pair] = at?.pairs ?? []
  expect(pair?.n).toBe(66)
  // The overlap of two such masks is hypergeometric, with a standard deviation of 14.85 of 1500.
  const error = 14.85 / 1500 / Math.sqrt(66)
  expect(Math.abs((pair?.cosine.mean ?? 0) - 0.3)).toBeLessThan(4 * error)
  expect(pair?.cosine.sd).toBeGreaterThan(0.007)
  expect(pair?.cosine.sd).toBeLessThan(0.013)
  for (const layer of pair?.layers ?? []) expect(Math.abs(layer.cosine - 0.3)).toBeLessThan(0.02)
  const all = cells.flatMap(([, a], i) =>
    cells.slice(i + 1).map(([, b]) => {
      const overlaps = a.map(({ mask }, l) => maskOverlap(mask, (b[l] as (typeof b)[number]).mask))
      const both = overlaps.reduce((sum, one) => sum + one.both, 0)
      return similarityOf({ size: 5000, a: 1500, b: 1500, both }).jaccard
    }),
  )
  expect(pair?.jaccard.mean).toBeCloseTo(all.reduce((sum, x) => sum + x, 0) / 66, 12)
})

test('of many seeds the first eight are compared', () => {
  const cells = Array.from({ length: 11 }, (_, seed) => [cell('a', seed), cell('b', seed, 0.9)]).flat()
  const compared = comparedCells(cells)
  expect(compared).toEqual(cells.slice(0, 16))
})
