import { expect, test } from 'vitest'
import { buildResults } from '../results/index.ts'
import { stream, type Stream } from '../values/random.ts'
import { comparisons, isCertain } from './comparison.ts'
import { sampleIdentity, sampleResults } from './sample-results.ts'

/** A matrix of networks that are all equally good. */
interface Equals {
  readonly criteria: number
  readonly ks: number
  readonly seeds: number
  /** Standard deviations over seeds, in points: of each criterion in turn. */
  readonly spreads: readonly number[]
  /** Images in the test set: accuracies are counts of these. */
  readonly images: number
}

const TIMES = 1000

/** Measured on MNIST, by bench/results/2026-11-27-noise-mlp-quick.md. */
const measured = [0.101, 0.2, 0.097, 0.14, 0.165]

/** In what share of runs the best one's lead over the next criterion, and over the control, is told as clear. */
function clearLeads({ criteria, ks, seeds, spreads, images }: Equals): { next: number; control: number } {
  const rows = [
    { criterion: 'unpruned', sparsity: 0, control: true, rewind: 10, trained: 97, seconds: 1 },
    ...Array.from({ length: criteria }, (_, c) =>
      Array.from({ length: ks }, (_, k) => ({
        ...{ criterion: `criterion ${c}`, sparsity: 0.9, k, rewind: 10, trained: 97, seconds: 1 },
      })),
    ).flat(),
  ]
  const numbers = Array.from({ length: seeds }, (_, seed) => seed)
  const { cells } = sampleResults(rows, numbers)
  const drawn = (random: Stream) => {
    const shared = numbers.map(() => random.normal())
    return cells.map((cell) => {
      const { criterion, seed } = cell.point
      const spread = spreads[Number(criterion.split(' ')[1] ?? 0) % spreads.length] as number
      // Half of the variance is the seed's: cells are compared in pairs.
      const accuracy = 97 + (spread * (random.normal() + (shared[seed] as number))) / Math.SQRT2
      const last = { correct: Math.round((accuracy * images) / 100), total: images, epoch: 1 }
      return { ...cell, accuracy: { ...cell.accuracy, last } }
    })
  }
  const clear = { next: 0, control: 0 }
  for (let i = 0; i < TIMES; i++) {
    const [found] = comparisons(buildResults(sampleIdentity, drawn(stream(i, 'equal criteria'))))
    if (isCertain(found?.next?.difference ?? null) === true) clear.next++
    if (isCertain(found?.control?.difference ?? null) === true) clear.control++
  }
  return { next: clear.next / TIMES, control: clear.control / TIMES }
}

// 2.5 % meant, and three standard errors of 1,000 draws.
const MOST = 0.025 + 3 * Math.sqrt((0.025 * 0.975) / TIMES)

test.each<[string, Equals]>([
  ['two criteria', { criteria: 2, ks: 1, seeds: 3, spreads: [0.14], images: 10_000 }],
  ['five criteria of other spreads', { criteria: 5, ks: 1, seeds: 3, spreads: measured, images: 10_000 }],
  ['ten criteria and five seeds', { criteria: 10, ks: 1, seeds: 5, spreads: measured, images: 10_000 }],
  ['two criteria at five k', { criteria: 2, ks: 5, seeds: 3, spreads: measured, images: 10_000 }],
  ['two seeds and few images', { criteria: 5, ks: 1, seeds: 2, spreads: [1], images: 100 }],
  ['three seeds and few images', { criteria: 5, ks: 1, seeds: 3, spreads: [1], images: 100 }],
])('the best of equal criteria is seldom told as clearly ahead: %s', (_, equals) => {
  const { next, control } = clearLeads(equals)
  expect(next).toBeLessThanOrEqual(MOST)
  expect(control).toBeLessThanOrEqual(MOST)
})
