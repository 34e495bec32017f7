import { expect, test } from 'vitest'
import { sparkline } from './sparkline.ts'

test('each number has a bar between the lowest and the highest', () => {
  expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7], { width: 8, low: 0, high: 7 })).toBe('▁▂▃▄▅▆▇█')
  expect(sparkline([5, 10], { width: 8, low: 0, high: 10 })).toBe('▅█')
  expect(sparkline([-1, 11], { width: 8, low: 0, high: 10 })).toBe('▁█')
})

test('more numbers than columns are means of neighbours, all of them', () => {
  expect(sparkline([0, 2, 6, 8], { width: 2, low: 0, high: 8 })).toBe('▂█')
  expect(sparkline(Array<number>(1000).fill(3), { width: 60, low: 3, high: 3 })).toBe('▅'.repeat(60))
  expect(sparkline([], { width: 60, low: 0, high: 1 })).toBe('')
})
