import { expect, test } from 'vitest'
import type { SimilarityReport } from '../results/index.ts'
import { similarityIn } from './similarity-in.ts'

const statistic = (mean: number) => ({ n: 3, mean, sd: null, ci95: null })
const pair = (a: number, b: number, cosine: number) => ({
  ...{ a, b, n: 3, layers: [] },
  ...{ cosine: statistic(cosine), jaccard: statistic(0), hamming: statistic(0) },
})
const at = (
  sparsity: number,
  groups: readonly (readonly [string, number])[],
  pairs: ReturnType<typeof pair>[],
) => ({
  sparsity,
  groups: groups.map(([criterion, k]) => ({ criterion, k, cells: 3 })),
  chance: { cosine: 0.1, jaccard: 0, hamming: 0 },
  pairs,
  incomparable: [],
})

const report: SimilarityReport = {
  sparsities: [
    at(0.8, [['sa', 0]], [pair(0, 0, 0.8)]),
    at(
      0.9,
      [
        ['sa', 0],
        ['sa', 3],
        ['lth', 0],
      ],
      [pair(0, 0, 0.1), pair(0, 1, 0.2), pair(1, 1, 0.3), pair(1, 2, 0.4), pair(2, 0, 0.5)],
    ),
  ],
}

test.each([
  ['sa', 0.8, 0, 0.8],
  ['sa', 0.9, 0, 0.1],
  ['sa', 0.9, 3, 0.3],
  // Its masks were not compared with one another.
  ['lth', 0.9, 0, null],
  ['lth', 0.9, 3, null],
  ['random', 0.9, 0, null],
  ['sa', 0.7, 0, null],
])('%s at %d, k = %d: %s', (criterion, sparsity, k, cosine) => {
  expect(similarityIn(report)({ criterion, sparsity, k, control: false })).toBe(cosine)
})
