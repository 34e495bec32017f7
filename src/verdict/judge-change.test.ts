import { expect, test } from 'vitest'
import { judgeChange, type Standard } from './judge-change.ts'

const prior = { value: 0.02, freedom: 10 }
const standard: Standard = {
  level: 0.05,
  prior: { paired: prior, unpaired: prior },
  least: 0.05,
  images: null,
}

const bySeed = (...values: number[]) => new Map(values.map((value, i) => [i + 1, value]))
const then = bySeed(98, 98.1, 97.9, 98.05, 97.95)
const shifted = (by: readonly number[]) => bySeed(...[...then.values()].map((x, i) => x + (by[i] ?? 0)))

test('what is the same to the last bit needs no test', () => {
  const judged = judgeChange(then, bySeed(...then.values()), standard)
  expect(judged).toMatchObject({ outcome: 'identical', difference: 0, seeds: [1, 2, 3, 4, 5], limit: null })
})

test('the limit is the quantile of t times the moderated error of the mean difference', () => {
  // Differences −0.1, −0.3, −0.2, −0.2, −0.2: variance 0.005 with 4 degrees of freedom, mean −0.2.
  const judged = judgeChange(then, shifted([-0.1, -0.3, -0.2, -0.2, -0.2]), standard)
  const variance = (10 * 0.02 + 4 * 0.005) / 14
  // Upper 5 % of Student's t with 14 degrees of freedom, by published tables.
  const limit = 1.7613 * Math.sqrt(variance / 5)
  expect(judged.difference).toBeCloseTo(-0.2, 10)
  expect(judged.noise).toBeCloseTo(Math.sqrt(variance), 10)
  expect(judged.limit).toBeCloseTo(-limit, 4)
  expect(judged.interval?.[1]).toBeCloseTo(-0.2 + limit, 4)
  expect(judged.outcome).toBe('worse')
  expect(judgeChange(shifted([-0.1, -0.3, -0.2, -0.2, -0.2]), then, standard).outcome).toBe('better')
})

test('differences that are of no interest are none, however sure', () => {
  const judged = judgeChange(then, shifted([-0.04, -0.04, -0.04, -0.04, -0.04]), {
    ...standard,
    prior: { paired: { value: 1e-6, freedom: 10 }, unpaired: null },
  })
  expect(judged).toMatchObject({ outcome: 'same', limit: -0.05 })
})

test('a drop that chance explains at the strict level but hardly alone is told as unsure, with the seeds that would tell', () => {
  const judged = judgeChange(then, shifted([-0.1, -0.2, -0.15, -0.15, -0.15]), { ...standard, level: 0.0001 })
  expect(judged.outcome).toBe('unsure')
  const needed = judged.seedsNeeded ?? expect.fail()
  expect(needed).toBeGreaterThan(5)
  // As many pairs as needed bring the limit to the difference.
  expect((judged.limit as number) * Math.sqrt(5 / needed)).toBeGreaterThanOrEqual(judged.difference)
})

test('without any known spread a drop is unsure, never worse', () => {
  const unknown: Standard = { level: 0.05, prior: { paired: null, unpaired: null }, least: 0, images: null }
  expect(judgeChange(bySeed(98), bySeed(50), unknown)).toMatchObject({ outcome: 'unsure', seedsNeeded: 3 })
  expect(judgeChange(bySeed(98), bySeed(99), unknown).outcome).toBe('same')
})

test('one seed is held against the spread of other groups: chance level fails, a little less is unsure', () => {
  expect(judgeChange(bySeed(98), bySeed(10), standard).outcome).toBe('worse')
  expect(judgeChange(bySeed(98), bySeed(97.9), standard)).toMatchObject({ outcome: 'unsure' })
})

test('other seeds are compared by means, with the error of both', () => {
  const later = new Map([...then].map(([seed, value]) => [seed + 10, value - 0.3]))
  const judged = judgeChange(then, later, standard)
  // Both have the variance 0.00625, a difference of two cells twice that: with 8 degrees of freedom.
  const variance = (10 * 0.02 + 8 * 0.0125) / 18
  expect(judged).toMatchObject({ outcome: 'worse', seeds: [] })
  expect(judged.noise).toBeCloseTo(Math.sqrt(variance), 10)
  expect(judged.limit).toBeCloseTo(-1.7341 * Math.sqrt(variance / 5), 4)
})

test('two seeds are too few for "the same", three are enough', () => {
  // A drop of half the standard error: by chance in about a third of all runs.
  const drop = (seeds: number) => {
    const before = new Map(Array.from({ length: seeds }, (_, i) => [i, 98]))
    const by = 0.5 * Math.sqrt(prior.value / seeds)
    const now = new Map([...before].map(([seed, value]) => [seed, value - by]))
    return judgeChange(before, now, { ...standard, least: 0.01 })
  }
  expect([1, 2, 3, 4].map((seeds) => drop(seeds).outcome)).toEqual(['unsure', 'unsure', 'same', 'same'])
  expect(drop(2).seedsNeeded).toBeGreaterThanOrEqual(3)
})
