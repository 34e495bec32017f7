import { expect, test } from 'vitest'
import { Pace } from './pace.ts'

test('the first call takes one step; later ones the power of two that fits in half a second, up to 256', () => {
  const pace = new Pace({ device: 'cpu' })
  expect(pace.steps).toBe(1)
  const after = (steps: number, milliseconds: number) => {
    pace.ran(steps, milliseconds)
    return pace.steps
  }
  expect(after(1, 900)).toBe(1)
  expect(after(1, 120)).toBe(4)
  expect(after(4, 100)).toBe(16)
  expect(after(1, 170)).toBe(2)
  expect(after(16, 40)).toBe(128)
  expect(after(64, 0)).toBe(256)
})

test('a GPU, from which the state comes back after each call, is given four times as much', () => {
  const pace = new Pace({ device: 'gpu' })
  pace.ran(1, 10)
  expect(pace.steps).toBe(128)
  pace.ran(64, 1)
  expect(pace.steps).toBe(1024)
})
