import { expect, test } from 'vitest'
import { studentTQuantile } from '../results/index.ts'
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

/** Upper quantile of Student's t. */
const t = (level: number, freedom: number) => studentTQuantile(1 - level, freedom)

test('limits of one seed, with nothing known: three times the binomial spread, with four degrees of freedom', () => {
  const unknown: Standard = { level: 0.01, prior: { paired: null, unpaired: null }, least: 0, images: 1000 }
  const judged = judgeChange(bySeed(60), bySeed(40), unknown)
  // The mean of both is 50 %: a variance of 2 · 50 · 50 / 1000.
  expect(judged.noise).toBeCloseTo(3 * Math.sqrt(5), 10)
  expect(judged.limit).toBeCloseTo(-t(0.01, 4) * 3 * Math.sqrt(5), 8)
  expect(judged.interval?.[0]).toBeCloseTo(-20 - t(0.01, 4) * 3 * Math.sqrt(5), 8)
  expect(judged).toMatchObject({ outcome: 'unsure', difference: -20, fallen: [] })
  // Without common seeds, too.
  expect(judgeChange(bySeed(60), new Map([[9, 40]]), unknown)).toMatchObject({
    noise: judged.noise,
    seeds: [],
  })
})

test('a seed falls by itself beyond what two cells of any seeds differ by', () => {
  const images = 10_000
  const before = bySeed(90, 92, 91)
  const judge = (...now: readonly number[]) =>
    judgeChange(before, bySeed(...now), {
      level: 0.05,
      prior: { paired: prior, unpaired: { value: 2, freedom: 6 } },
      least: 0.05,
      images,
    })
  // Twice the variance of 90, 92, 91, which is 1, with two degrees of freedom, drawn towards the prior.
  const noise = Math.sqrt((6 * 2 + 2 * 2) / 8)
  const limit = -t((0.05 * 0.05) / 3, 8) * noise
  const [fallen] = judge(90, 80, 91).fallen
  expect(fallen).toMatchObject({ seed: 2, before: 92, now: 80 })
  expect(fallen?.limit).toBeCloseTo(limit, 8)
  expect(judge(90, 92 + limit - 0.001, 91)).toMatchObject({ outcome: 'worse', fallen: [{ seed: 2 }] })
  expect(judge(90, 92 + limit + 0.001, 91).fallen).toEqual([])
  // Of a single seed the mean is all there is.
  expect(judgeChange(bySeed(90), bySeed(10), { ...standard, images }).fallen).toEqual([])
  // Figures that are no accuracies, such as times, are not judged seed by seed.
  expect(judgeChange(before, bySeed(90, 10, 91), standard).fallen).toEqual([])
})

test('by the binomial spread at least, and where no spread is known by three times that', () => {
  const before = bySeed(50, 50)
  const drop = (unpaired: Standard['prior']['unpaired']) =>
    judgeChange(before, bySeed(50, 0), {
      level: 0.05,
      prior: { paired: null, unpaired },
      least: 0,
      images: 10_000,
    }).fallen[0]?.limit ?? expect.fail()
  // Mean 37.5 %: a variance of 2 · 37.5 · 62.5 / 10,000.
  const floor = Math.sqrt((2 * 37.5 * 62.5) / 10_000)
  expect(drop({ value: 1e-9, freedom: 9 })).toBeCloseTo(-t((0.05 * 0.05) / 2, 10) * floor, 8)
  // The seeds themselves, which do not differ, count as much as one degree of freedom.
  expect(drop(null)).toBeCloseTo(-t((0.05 * 0.05) / 2, 5) * Math.sqrt((4 * 9 * floor ** 2) / 5), 8)
})

test('what is of no interest is none of a single seed either', () => {
  const before = bySeed(90, 90, 90)
  const { fallen, outcome } = judgeChange(before, bySeed(90, 89.5, 90), {
    level: 0.5,
    prior: { paired: { value: 1, freedom: 10 }, unpaired: { value: 1e-9, freedom: 10 } },
    least: 1,
    images: 1e9,
  })
  expect({ fallen, outcome }).toEqual({ fallen: [], outcome: 'same' })
})

test('a part of the level is spent on single seeds, where those are judged', () => {
  const limits = [null, 1e12].map(
    (images) => judgeChange(then, shifted([-0.1]), { ...standard, images }).limit,
  )
  const error = (limits[0] ?? 0) / -t(0.05, 14)
  expect((limits[1] ?? 0) / -t(0.05 * 0.95, 14)).toBeCloseTo(error, 6)
})

test('the spread of a mean is never less than what its digits can tell', () => {
  const tiny: Standard = {
    ...standard,
    least: 0,
    prior: { paired: { value: 1e-12, freedom: 10 }, unpaired: null },
  }
  const limit = (images: number | null) =>
    judgeChange(then, shifted([-0.1, -0.1, -0.1, -0.1, -0.1]), { ...tiny, images }).limit ?? 0
  expect(Math.abs(limit(null))).toBeLessThan(1e-5)
  expect(Math.abs(limit(1000))).toBeGreaterThan(0.01)
})

test('seeds are compared in ascending order, whatever order they come in', () => {
  const mixed = new Map([
    [10, 98],
    [9, 98],
    [1, 98],
  ])
  expect(judgeChange(mixed, mixed, standard).seeds).toEqual([1, 9, 10])
})

test('more seeds that would tell are at least one more than there are', () => {
  const judged = judgeChange(bySeed(98, 98, 98, 98), bySeed(97.85, 97.85, 97.85, 97.85), {
    ...standard,
    level: 0.01,
  })
  const needed = 4 * ((judged.interval?.[1] ?? 0) / -0.15 - 1) ** 2
  expect(judged.outcome).toBe('unsure')
  expect(judged.seedsNeeded).toBe(Math.max(5, Math.ceil(needed)))
})

test('a drop without any spread needs seeds, a gain or no change of the mean none', () => {
  const unknown: Standard = { level: 0.05, prior: { paired: null, unpaired: null }, least: 0, images: null }
  expect(judgeChange(bySeed(98), bySeed(99), unknown).seedsNeeded).toBeNull()
  const none = judgeChange(bySeed(98, 99), bySeed(99, 98), {
    ...unknown,
    prior: { paired: null, unpaired: null },
  })
  expect(none).toMatchObject({ outcome: 'same', difference: 0, seedsNeeded: null })
})

test('groups of one seed each, other ones, have the prior alone', () => {
  const judged = judgeChange(new Map([[1, 98]]), new Map([[2, 97]]), standard)
  expect(judged.noise).toBeCloseTo(Math.sqrt(prior.value), 10)
  const uneven = judgeChange(
    new Map([[1, 98]]),
    new Map([
      [2, 97],
      [3, 97.2],
    ]),
    standard,
  )
  // A variance of 0.02 with one degree of freedom, for a difference twice that.
  expect(uneven.noise).toBeCloseTo(Math.sqrt((10 * 0.02 + 0.04) / 11), 10)
  expect(uneven.limit).toBeCloseTo(-t(0.05, 11) * Math.sqrt(((10 * 0.02 + 0.04) / 11) * 0.75), 8)
})
