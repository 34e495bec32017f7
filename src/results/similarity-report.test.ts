import { expect, test } from 'vitest'
import { maskOverlap, packMask, similarityOf } from '../analyses/index.ts'
import type { CellPoint } from '../plan/types.ts'
import { digest, type Digest } from '../values/digest.ts'
import { stream } from '../values/random.ts'
import type { SimilarityReport } from './details.ts'
import { comparedCells, similarityReport, type MaskedCell, type NetworkMask } from './similarity-report.ts'

const cell = (
  criterion: string,
  seed: number,
  { sparsity = 0.5, k = 0, searchSeed, unit }: Partial<CellPoint> & { unit?: string } = {},
): MaskedCell => ({
  point: {
    criterion,
    sparsity,
    k,
    seed,
    control: false,
    ...(searchSeed === undefined ? {} : { searchSeed }),
  },
  unit: digest(unit ?? JSON.stringify([criterion, sparsity, k, seed, searchSeed])),
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

test('masks of one seed are compared, layer by layer, a group with itself over repeats of its search', () => {
  const { sparsities } = report([
    [cell('a', 1, { searchSeed: 1 }), bytes([1, 1, 0, 0], [1, 0])],
    [cell('a', 1, { searchSeed: 2 }), bytes([1, 0, 1, 0], [1, 0])],
    [cell('b', 1), bytes([0, 0, 1, 1], [0, 1])],
    // Another seed, other weights: its mask is like no other's.
    [cell('b', 2), bytes([1, 1, 0, 0], [1, 0])],
    [cell('a', 1, { sparsity: 0.9 }), bytes([1, 0, 0, 0], [0, 0])],
  ])
  expect(sparsities.map(({ sparsity }) => sparsity)).toEqual([0.5, 0.9])
  const [half, most] = sparsities
  expect(half?.groups).toEqual([
    { criterion: 'a', k: 0, cells: 2 },
    { criterion: 'b', k: 0, cells: 2 },
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
  expect(half?.incomparable).toEqual([{ a: 1, b: 1, why: 'one mask for each seed' }])
  // One cell has nobody to be compared with.
  expect(most?.pairs).toEqual([])
})

test('two criteria that have the same mask at every seed have a similarity of 1, whatever the seeds', () => {
  const random = stream(5, 'masks')
  const seeds = [1, 2, 3]
  const masks = seeds.map(() => {
    const draw = (n: number) => Array.from({ length: n }, () => (random.uniform() < 0.3 ? 1 : 0))
    return bytes(draw(4000), draw(1000))
  })
  const { sparsities } = report(
    ['a', 'b'].flatMap((criterion) =>
      seeds.map((seed, i) => [cell(criterion, seed), masks[i] as NetworkMask] as const),
    ),
  )
  expect(sparsities[0]?.pairs).toMatchObject([{ a: 0, b: 1, n: 3, cosine: { mean: 1, sd: 0 } }])
})

test('criteria without a common seed have no similarity', () => {
  const { sparsities } = report([
    [cell('a', 1), bytes([1, 1, 0, 0], [1, 0])],
    [cell('b', 2), bytes([1, 1, 0, 0], [1, 0])],
  ])
  expect(sparsities[0]?.pairs).toEqual([])
  expect(sparsities[0]?.incomparable).toContainEqual({ a: 0, b: 1, why: 'no seed in common' })
})

test('cells of one unit have one mask; cells whose mask is not there are left out', () => {
  const shared = bytes([1, 1, 0, 0], [1, 0])
  const { sparsities } = report([
    [cell('a', 1, { k: 0, unit: 'shared' }), shared],
    [cell('a', 1, { k: 6, unit: 'shared' }), shared],
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
  const cells = Array.from({ length: 12 }, (_, searchSeed) => {
    const flat = draw(1500, 5000)
    const layers = [flat.subarray(0, 4000), flat.subarray(4000)]
    return [cell('random', 1, { searchSeed }), bytes([...(layers[0] ?? [])], [...(layers[1] ?? [])])] as const
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
  const cells = Array.from({ length: 11 }, (_, seed) => [
    cell('a', seed),
    cell('b', seed, { sparsity: 0.9 }),
  ]).flat()
  const compared = comparedCells(cells)
  expect(compared).toEqual(cells.slice(0, 16))
})
