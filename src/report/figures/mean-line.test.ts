import { expect, test } from 'vitest'
import { meanLine } from './mean-line.ts'

const line = (...y: number[]) => ({ x: y.map((_, i) => i + 1), y })

test('the mean of lines, point by point', () => {
  expect(meanLine([line(1, 2, 3), line(3, 4, 5)], 10)).toEqual({ x: [1, 2, 3], y: [2, 3, 4] })
})

test('only as far as all reach', () => {
  expect(meanLine([line(1, 2, 3), line(3)], 10)).toEqual({ x: [1], y: [2] })
  expect(meanLine([], 10)).toEqual({ x: [], y: [] })
})

test('many points become means over equal stretches', () => {
  expect(meanLine([line(1, 3, 5, 7, 9)], 3)).toEqual({ x: [1.5, 3.5, 5], y: [2, 6, 9] })
  const long = meanLine([line(...Array.from({ length: 500 }, (_, i) => i))], 60)
  expect(long.x.length).toBeLessThanOrEqual(60)
})
