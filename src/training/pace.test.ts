import { expect, test } from 'vitest'
import { Pace } from './pace.ts'

test('the first call takes one step; later ones as many as fit in half a second, but 1 to 100', () => {
  const pace = new Pace()
  expect(pace.steps).toBe(1)
  const after = (steps: number, milliseconds: number) => {
    pace.ran(steps, milliseconds)
    return pace.steps
  }
  expect(after(1, 900)).toBe(1)
  expect(after(1, 120)).toBe(4)
  expect(after(4, 100)).toBe(20)
  expect(after(20, 40)).toBe(100)
  expect(after(100, 0)).toBe(100)
})
