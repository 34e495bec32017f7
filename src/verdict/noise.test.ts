import { expect, test } from 'vitest'
import { stream } from '../values/random.ts'
import { digamma, moderated, sampleVariance, trigamma, variancePrior } from './noise.ts'

test('digamma and trigamma have their known values', () => {
  const gamma = 0.5772156649015329
  expect(digamma(1)).toBeCloseTo(-gamma, 10)
  expect(digamma(0.5)).toBeCloseTo(-gamma - 2 * Math.log(2), 10)
  expect(digamma(5)).toBeCloseTo(-gamma + 1 + 1 / 2 + 1 / 3 + 1 / 4, 10)
  expect(trigamma(1)).toBeCloseTo(Math.PI ** 2 / 6, 10)
  expect(trigamma(0.5)).toBeCloseTo(Math.PI ** 2 / 2, 10)
  expect(trigamma(4)).toBeCloseTo(Math.PI ** 2 / 6 - 1 - 1 / 4 - 1 / 9, 10)
})

test('a sample variance is half the mean squared difference of pairs', () => {
  expect(sampleVariance([3, 5])).toEqual({ value: 2, freedom: 1 })
  expect(sampleVariance([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({ value: 32 / 7, freedom: 7 })
  expect(sampleVariance([3])).toBeNull()
})

/** Sample variances of five values, of groups whose own variances come from a scaled inverse χ². */
function samples(groups: number, prior: { value: number; freedom: number } | null, spread: number) {
  const random = stream(7, 'variances')
  const chi2 = (freedom: number) =>
    Array.from({ length: freedom }, () => random.normal() ** 2).reduce((a, b) => a + b, 0)
  return Array.from({ length: groups }, () => {
    const variance = prior === null ? spread ** 2 : (prior.freedom * prior.value) / chi2(prior.freedom)
    return { value: (variance * chi2(4)) / 4, freedom: 4 }
  })
}

test('the prior is the one that variances were drawn from', () => {
  const { value, freedom } = variancePrior(samples(4000, { value: 0.04, freedom: 6 }, 0)) ?? expect.fail()
  expect(value).toBeGreaterThan(0.037)
  expect(value).toBeLessThan(0.043)
  expect(freedom).toBeGreaterThan(5)
  expect(freedom).toBeLessThan(7.2)
})

test('groups of equal variance have a prior of that value that counts at most', () => {
  const prior = variancePrior(samples(4000, null, 0.2)) ?? expect.fail()
  expect(Math.sqrt(prior.value)).toBeCloseTo(0.2, 2)
  expect(prior.freedom).toBe(10)
})

test('one or two variances are pooled, none or only zeros tell nothing', () => {
  expect(variancePrior([{ value: 4, freedom: 2 }])).toEqual({ value: 4, freedom: 2 })
  expect(
    variancePrior([
      { value: 4, freedom: 2 },
      { value: 1, freedom: 4 },
    ]),
  ).toEqual({ value: 2, freedom: 6 })
  expect(variancePrior([])).toBeNull()
  expect(variancePrior([{ value: 0, freedom: 4 }])).toBeNull()
})

test('a variance is drawn towards the prior by degrees of freedom', () => {
  const prior = { value: 1, freedom: 6 }
  expect(moderated(prior, { value: 2, freedom: 4 })).toEqual({ value: 1.4, freedom: 10 })
  expect(moderated(prior, null)).toBe(prior)
})
