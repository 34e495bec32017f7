import { expect, test } from 'vitest'
import { stream } from '../values/random.ts'
import { statistic } from './statistics.ts'

test('known values', () => {
  expect(statistic([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({ n: 8, mean: 5, sd: Math.sqrt(32 / 7) })
  expect(statistic([98.5])).toEqual({ n: 1, mean: 98.5, sd: null })
  expect(statistic([98.5, 98.5])).toEqual({ n: 2, mean: 98.5, sd: 0 })
  expect(statistic([])).toBeNull()
})

test('the variance is half the mean squared difference of pairs', () => {
  const random = stream(1, 'statistics')
  const values = Array.from({ length: 20 }, () => 98 + random.normal())
  let squares = 0
  for (const a of values) for (const b of values) squares += (a - b) ** 2
  expect(statistic(values)?.sd).toBeCloseTo(Math.sqrt(squares / (2 * 20 * 19)), 12)
})
