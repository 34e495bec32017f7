import { expect, test } from 'vitest'
import { float32 } from '../values/host-tensor.ts'
import { expectSame, relativeError } from './parity.fixture.ts'

const of = (...values: number[]) => float32([values.length], values)

test('the error of a tensor is that of its norm', () => {
  expect(relativeError(of(3, 4), of(3, 4))).toBe(0)
  expect(relativeError(of(3, 5), of(3, 4))).toBeCloseTo(0.2, 12)
  expect(relativeError(of(0, 1), of(0, 0))).toBeGreaterThan(1e100)
  expect(relativeError(of(NaN, Infinity), of(NaN, Infinity))).toBe(0)
})

test('what is no number or infinite on one side only never agrees', () => {
  for (const [a, b] of [
    [NaN, 1],
    [1, NaN],
    [Infinity, NaN],
    [Infinity, 1],
    [1, Infinity],
    [Infinity, -Infinity],
  ] as const) {
    expect(relativeError(of(1, a), of(1, b))).toBe(Infinity)
    expect(() => {
      expectSame({ y: of(1, a) }, { y: of(1, b) })
    }).toThrow()
  }
})
