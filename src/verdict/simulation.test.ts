import { expect, test } from 'vitest'
import { stream, type Stream } from '../values/random.ts'
import { judgeChanges } from './judge-changes.ts'
import type { BaselineCell, Change } from './types.ts'

/**
 * Standard deviations over ten seeds of the groups of the MLP suite's quick profile on MNIST, in points, of trained and of
 * untrained (rewound) accuracy; and that of a trained accuracy when a cell is computed with other last bits. Measured as
 * bench/results/2026-11-27-noise-mlp-quick.md tells.
 */
const measured = {
  last: [0.101, 0.105, 0.2, 0.097, 0.14, 0.097, 0.104, 0.092, 0.144, 0.125, 0.165],
  rewind: [1.68, 2.96, 2.4, 3.05, 2.58, 2.96, 1.14, 4.0, 1.27, 3.17, 2.63],
  lastBits: 0.026,
}

const SEEDS = [1, 2, 3, 4, 5]
const GROUPS = 40

/** The figures of one cell, as deviations from the means of its group in its standard deviations. */
interface Deviation {
  readonly last: number
  readonly rewind: number
}

/** 200 cells, five seeds of each of 40 groups whose means and spreads differ. */
function cells(deviation: (group: number, seed: number) => Deviation): readonly BaselineCell[] {
  return Array.from({ length: GROUPS }, (_, group) =>
    SEEDS.map((seed) => {
      const { last, rewind } = deviation(group, seed)
      const criterion = `criterion ${group}`
      return {
        id: `${criterion} ${seed}`,
        ...{ criterion, sparsity: 0.9, k: 0, control: false, seed, status: 'ok' as const, work: '' },
        figures: {
          last: counted(91 + (group % 5) + spreadOf(group, 'last') * last),
          rewind: counted(10 + 20 * (group % 5) + spreadOf(group, 'rewind') * rewind),
        },
      }
    }),
  ).flat()
}

function spreadOf(group: number, metric: 'last' | 'rewind'): number {
  return measured[metric][group % measured[metric].length] as number
}

/** Accuracies are counts of 10,000 images. */
function counted(accuracy: number): number {
  return Math.round(100 * accuracy) / 100
}

/** New noise in every cell, nothing of it shared by cells of the same seed; in one group trained accuracy may have dropped. */
function independent(random: Stream, dropped = -1): readonly BaselineCell[] {
  return cells((group) => ({
    last: random.normal() - (group === dropped ? 2 : 0),
    rewind: random.normal(),
  }))
}

function worse(changes: readonly Change[]): readonly Change[] {
  return changes.filter(({ gates, outcome }) => gates && outcome === 'worse')
}

/** In how many of so many comparisons something holds. */
function share(times: number, holds: (random: Stream) => boolean): number {
  let count = 0
  for (let i = 0; i < times; i++) if (holds(stream(i, 'comparison'))) count++
  return count / times
}

test('an unchanged program, all cells with new noise, fails in at most 1 of 100 comparisons', () => {
  const failing = share(2000, (random) => {
    const [then, now] = [independent(random), independent(random)]
    return worse(judgeChanges(then, now, { timesGate: true })).length > 0
  })
  expect(failing).toBeLessThanOrEqual(0.01)
})

test('a drop of two standard deviations in one group of five seeds is caught in 9 of 10 comparisons', () => {
  const caught = share(2000, (random) => {
    const dropped = Math.floor(random.uniform() * GROUPS)
    const [then, again] = [independent(random), independent(random, dropped)]
    // What did not change is the same to the last bit.
    const now = then.map((cell, i) => (again[i]?.criterion === `criterion ${dropped}` ? again[i] : cell))
    return worse(judgeChanges(then, now, { timesGate: true })).length > 0
  })
  expect(caught).toBeGreaterThanOrEqual(0.9)
})

test('it is caught, too, where all other cells were computed with other last bits', () => {
  const caught = share(500, (random) => {
    const seeds = independent(random)
    const dropped = Math.floor(random.uniform() * GROUPS)
    const run = (drop: number) =>
      seeds.map((cell, i) => {
        const group = Math.floor(i / SEEDS.length)
        const last = (cell.figures.last as number) + measured.lastBits * random.normal()
        return {
          ...cell,
          figures: { last: counted(last - (group === dropped ? drop * spreadOf(group, 'last') : 0)) },
        }
      })
    return worse(judgeChanges(run(0), run(2), { timesGate: true })).some(
      ({ group }) => group.criterion === `criterion ${dropped}`,
    )
  })
  expect(caught).toBeGreaterThanOrEqual(0.9)
})
