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

/** What a suite measures: so many groups of so many seeds. */
interface Matrix {
  readonly groups: number
  readonly seeds: number
}

/** 200 cells. */
const LARGE: Matrix = { groups: 40, seeds: 5 }

/** `SIMULATIONS=20000 npx vitest run --project unit src/verdict/simulation.test.ts` for more digits. */
const TIMES = Number(process.env.SIMULATIONS ?? 500)

/** A share that is meant, and three standard errors of as many draws. */
function atMost(meant: number): number {
  return meant + 3 * Math.sqrt((meant * (1 - meant)) / TIMES)
}

function judged(then: readonly BaselineCell[], now: readonly BaselineCell[]): readonly Change[] {
  return judgeChanges(then, now, { merit: 'last', images: () => 10_000, timesGate: true })
}

/** For how many seeds what drop is found: the figures that README.md states. */
const POWER = [
  { seeds: 1, drop: 30 },
  { seeds: 2, drop: 4 },
  { seeds: 3, drop: 3 },
  { seeds: 5, drop: 2 },
]

/** The figures of one cell, as deviations from the means of its group in its standard deviations. */
interface Deviation {
  readonly last: number
  readonly rewind: number
}

/** Cells of groups whose means and spreads differ. */
function cells(
  { groups, seeds }: Matrix,
  deviation: (group: number, seed: number) => Deviation,
): readonly BaselineCell[] {
  return Array.from({ length: groups }, (_, group) =>
    Array.from({ length: seeds }, (__, seed) => {
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

/**
 * New noise in every cell, nothing of it shared by cells of the same seed; in one group trained accuracy may have dropped by
 * so many standard deviations.
 */
function independent(matrix: Matrix, random: Stream, dropped = -1, drop = 2): readonly BaselineCell[] {
  return cells(matrix, (group) => ({
    last: random.normal() - (group === dropped ? drop : 0),
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

function falseAlarms(matrix: Matrix, times = TIMES): number {
  return share(times, (random) => {
    const [then, now] = [independent(matrix, random), independent(matrix, random)]
    return worse(judged(then, now)).length > 0
  })
}

/** How often a drop in one group is found, the others being the same to the last bit, or all computed anew. */
function found(matrix: Matrix, drop: number, others: 'the same' | 'new', times = TIMES): number {
  return share(times, (random) => {
    const dropped = Math.floor(random.uniform() * matrix.groups)
    const [then, again] = [independent(matrix, random), independent(matrix, random, dropped, drop)]
    const isDropped = (cell: BaselineCell) => cell.criterion === `criterion ${dropped}`
    const now = then.map((cell, i) => {
      const later = again[i] as BaselineCell
      return others === 'new' || isDropped(later) ? later : cell
    })
    return worse(judged(then, now)).some(({ group }) => group.criterion === `criterion ${dropped}`)
  })
}

test.each<[string, Matrix]>([
  ['200 cells', LARGE],
  ['the MLP suite, three seeds', { groups: 16, seeds: 3 }],
  ['two seeds', { groups: 7, seeds: 2 }],
  ['one seed, as in quick profiles', { groups: 12, seeds: 1 }],
])('an unchanged program, all cells with new noise, seldom fails: %s', (_, matrix) => {
  // 6 % over the root of what changed: README.md states it.
  expect(falseAlarms(matrix)).toBeLessThanOrEqual(atMost(0.06 / Math.sqrt(matrix.groups)))
})

test.each(POWER)(
  'of one group of $seeds seeds that changed alone, a drop of $drop standard deviations is found in 9 of 10 cases',
  ({ seeds, drop }) => {
    expect(found({ groups: 16, seeds }, drop, 'the same')).toBeGreaterThanOrEqual(0.9)
  },
)

test('a drop of two standard deviations in one of 40 groups of five seeds is caught in 9 of 10 comparisons', () => {
  expect(found(LARGE, 2, 'the same', 2 * TIMES)).toBeGreaterThanOrEqual(0.9)
})

test('it is caught, too, where all other cells were computed with other last bits', () => {
  const caught = share(TIMES, (random) => {
    const seeds = independent(LARGE, random)
    const dropped = Math.floor(random.uniform() * LARGE.groups)
    const run = (drop: number) =>
      seeds.map((cell, i) => {
        const group = Math.floor(i / LARGE.seeds)
        const last = (cell.figures.last as number) + measured.lastBits * random.normal()
        return {
          ...cell,
          figures: { last: counted(last - (group === dropped ? drop * spreadOf(group, 'last') : 0)) },
        }
      })
    return worse(judged(run(0), run(2))).some(({ group }) => group.criterion === `criterion ${dropped}`)
  })
  expect(caught).toBeGreaterThanOrEqual(0.9)
})

/** The cells with a trained accuracy of 10 % where it is asked for. */
function broken(
  then: readonly BaselineCell[],
  isBroken: (cell: BaselineCell) => boolean,
): readonly BaselineCell[] {
  return then.map((cell) => (isBroken(cell) ? { ...cell, figures: { ...cell.figures, last: 10 } } : cell))
}

test.each<[string, Matrix]>([
  ['nine groups', { groups: 9, seeds: 3 }],
  ['40 groups', LARGE],
  ['two seeds', { groups: 9, seeds: 2 }],
])('one seed of every group that falls to chance level is a regression in each: %s', (_, matrix) => {
  for (let i = 0; i < 20; i++) {
    const then = independent(matrix, stream(i, 'one seed'))
    const found = worse(
      judged(
        then,
        broken(then, ({ seed }) => seed === 1),
      ),
    )
    expect(found).toHaveLength(matrix.groups)
    expect(found.every(({ fallen }) => fallen.length === 1 && fallen[0]?.seed === 1)).toBe(true)
  }
})

test.each([1, 9, 40])('with one seed, %i groups that fall to chance level are regressions', (groups) => {
  const then = independent({ groups, seeds: 1 }, stream(1, 'only seed'))
  expect(
    worse(
      judged(
        then,
        broken(then, () => true),
      ),
    ),
  ).toHaveLength(groups)
})
