import { expect, test } from 'vitest'
import { stream } from '../values/random.ts'
import type { AnnealingColumns } from './annealing-trace.ts'
import { thesisMlpSchedule } from './settings.ts'
import { simulatedAnnealing } from './simulated-annealing.ts'

/** A network in which some weights help and others harm: accuracy in % of a mask, with the best one known. */
function toy(size: number, kept: number, seed: number) {
  const random = stream(seed, 'toy')
  const worth = Float64Array.from({ length: size }, () => random.uniform())
  const highest = worth.toSorted().reverse().subarray(0, kept)
  const possible = highest.reduce((a, b) => a + b, 0)
  const accuracy = (mask: Uint8Array) =>
    (100 * mask.reduce((sum, bit, i) => sum + bit * (worth[i] as number), 0)) / possible
  return { size, kept, accuracy }
}

async function search(problem: ReturnType<typeof toy>, budget: number, seed: number) {
  const evaluated: Uint8Array[] = []
  const progress: { done: number; total: number; accuracy: number }[] = []
  const result = await simulatedAnnealing(
    {
      size: problem.size,
      kept: problem.kept,
      random: stream(seed, 'search'),
      atOnce: 1,
      saved: undefined,
      save: () => undefined,
      progress: (p) => progress.push(p),
      evaluate: (masks) => {
        evaluated.push(...masks.map((mask) => mask.slice()))
        return Promise.resolve(masks.map(problem.accuracy))
      },
    },
    { ...thesisMlpSchedule, budget },
  )
  const trace = result.trace as Readonly<Record<keyof AnnealingColumns, readonly number[]>>
  return { ...result, trace, masks: evaluated, progress }
}

test.each([
  [300, 80],
  [1500, 95],
  [10_000, 99],
])('with %i masks it comes far nearer to the best mask than random search', async (budget, least) => {
  const problem = toy(100, 30, 1)
  for (const seed of [1, 2, 3]) {
    const { mask } = await search(problem, budget, seed)
    const random = stream(seed, 'random search')
    let bestRandom = 0
    for (let i = 0; i < budget; i++) {
      const candidate = new Uint8Array(problem.size)
      for (const j of random.permutation(problem.size).subarray(0, problem.kept)) candidate[j] = 1
      bestRandom = Math.max(bestRandom, problem.accuracy(candidate))
    }
    const found = problem.accuracy(mask)
    expect(found).toBeGreaterThan(least)
    expect(100 - found).toBeLessThan((100 - bestRandom) * 0.7)
  }
})

test('it finds the one mask that is right in every weight', async () => {
  for (const seed of [1, 2, 3]) {
    const right = new Uint8Array(40)
    for (const i of stream(seed, 'right').permutation(40).subarray(0, 10)) right[i] = 1
    const accuracy = (mask: Uint8Array) =>
      10 * mask.reduce((sum, bit, i) => sum + (bit & (right[i] as number)), 0)
    // There are 848 million masks.
    const { mask } = await search({ size: 40, kept: 10, accuracy }, 3000, seed)
    expect(mask).toEqual(right)
  }
})

test('it spends the budget exactly, reports progress and logs about 150 rows', async () => {
  const { masks, progress, trace } = await search(toy(50, 10, 2), 1500, 1)
  expect(masks).toHaveLength(1500)
  expect(progress.at(-1)).toMatchObject({ done: 1500, total: 1500 })
  expect(progress.map(({ done }) => done)).toEqual(Array.from({ length: 151 }, (_, i) => 10 * i))
  expect(trace.evaluated).toEqual(progress.slice(1).map(({ done }) => done))
  for (const [name, column] of Object.entries(trace)) {
    expect(column, name).toHaveLength(150)
    expect(column.every(Number.isFinite), name).toBe(true)
  }
  trace.downShare.forEach((down, i) =>
    expect(down + (trace.upShare[i] as number) + (trace.noShare[i] as number)).toBeCloseTo(1, 9),
  )
  expect(trace.best).toEqual([...trace.best].sort((a, b) => a - b))
  // It starts wide and hot, and ends narrow and cold.
  expect(trace.temperature[0]).toBeGreaterThan(0.0045)
  expect(trace.temperature.at(-1)).toBeCloseTo(0.006 * 0.999 ** 1449, 9)
  expect(trace.hammingDistance.at(-1)).toBe(2)
  expect((trace.noShare.at(-1) as number) > (trace.noShare[0] as number)).toBe(true)
})

test('the same seed evaluates the same masks', async () => {
  const problem = toy(40, 8, 3)
  expect(await search(problem, 200, 5)).toEqual(await search(problem, 200, 5))
  expect((await search(problem, 200, 5)).masks).not.toEqual((await search(problem, 200, 6)).masks)
})

test.each([
  [1, 0],
  [1, 1],
  [5, 0],
  [5, 5],
])('of %i weights keeping %i there is one mask, evaluated once', async (size, kept) => {
  const { mask, masks, progress, trace } = await search({ size, kept, accuracy: () => 12.5 }, 500, 1)
  expect(masks).toEqual([new Uint8Array(size).fill(kept === 0 ? 0 : 1)])
  expect(mask).toEqual(masks[0])
  expect(progress.at(-1)).toEqual({ done: 1, total: 1, accuracy: 12.5 })
  expect(trace.best).toEqual([12.5])
})

test('spaces with fewer masks than it remembers do not hold it up', async () => {
  for (const [size, kept] of [
    [2, 1],
    [3, 1],
    [4, 2],
  ] as const) {
    const { mask, masks } = await search(toy(size, kept, 4), 120, 1)
    expect(masks).toHaveLength(120)
    expect(mask.reduce((a, b) => a + b, 0)).toBe(kept)
  }
})

test('an energy function that gives no number is named', async () => {
  await expect(search({ size: 4, kept: 2, accuracy: () => Number.NaN }, 10, 1)).rejects.toThrow('is NaN')
})
