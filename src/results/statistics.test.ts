import { expect, test } from 'vitest'
import { stream } from '../values/random.ts'
import { statistic } from './statistics.ts'

test('known values', () => {
  expect(statistic([2, 4, 4, 4, 5, 5, 7, 9])).toMatchObject({ n: 8, mean: 5, sd: Math.sqrt(32 / 7) })
  expect(statistic([98.5])).toEqual({ n: 1, mean: 98.5, sd: null, ci95: null })
  expect(statistic([98.5, 98.5])).toEqual({ n: 2, mean: 98.5, sd: 0, ci95: [98.5, 98.5] })
  expect(statistic([])).toBeNull()
})

test('the variance is half the mean squared difference of pairs', () => {
  const random = stream(1, 'statistics')
  const values = Array.from({ length: 20 }, () => 98 + random.normal())
  let squares = 0
  for (const a of values) for (const b of values) squares += (a - b) ** 2
  expect(statistic(values)?.sd).toBeCloseTo(Math.sqrt(squares / (2 * 20 * 19)), 12)
})

test('the confidence interval is that of worked examples', () => {
  // Moore, McCabe & Craig, vitamin C in corn soy blend: n = 8, mean 22.50, s 7.19, 95 % interval 16.5 to 28.5.
  const interval = statistic([26, 31, 23, 22, 11, 22, 14, 31])
  expect(interval?.mean).toBe(22.5)
  expect(interval?.sd).toBeCloseTo(7.19, 2)
  expect(interval?.ci95?.[0]).toBeCloseTo(16.5, 1)
  expect(interval?.ci95?.[1]).toBeCloseTo(28.5, 1)
  // Three seeds: t is 4.3027.
  const three = statistic([98, 99, 100])
  expect(three?.ci95?.[1]).toBeCloseTo(99 + 4.302653 / Math.sqrt(3), 5)
})

test('the interval holds the mean of normal values 95 times in 100', () => {
  const random = stream(7, 'coverage')
  let within = 0
  for (let trial = 0; trial < 4000; trial++) {
    const [low, high] = statistic([random.normal(), random.normal(), random.normal()])?.ci95 ?? [NaN, NaN]
    if (low <= 0 && 0 <= high) within++
  }
  // 3800 ± 3 standard deviations of a binomial count.
  expect(Math.abs(within - 3800)).toBeLessThan(3 * Math.sqrt(4000 * 0.95 * 0.05))
})
