import { expect, test } from 'vitest'
import { studentTQuantile } from './student-t.ts'

test('quantiles are those of published tables', () => {
  // NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2: upper critical values of Student's t-distribution.
  const published: readonly (readonly [freedom: number, t90: number, t975: number, t999: number])[] = [
    [1, 3.078, 12.706, 318.309],
    [2, 1.886, 4.303, 22.327],
    [3, 1.638, 3.182, 10.215],
    [4, 1.533, 2.776, 7.173],
    [5, 1.476, 2.571, 5.893],
    [9, 1.383, 2.262, 4.297],
    [10, 1.372, 2.228, 4.144],
    [29, 1.311, 2.045, 3.396],
    [30, 1.31, 2.042, 3.385],
    [60, 1.296, 2.0, 3.232],
    [100, 1.29, 1.984, 3.174],
  ]
  for (const [freedom, t90, t975, t999] of published) {
    expect(studentTQuantile(0.9, freedom)).toBeCloseTo(t90, 3)
    expect(studentTQuantile(0.975, freedom)).toBeCloseTo(t975, 3)
    expect(Math.abs(studentTQuantile(0.999, freedom) - t999)).toBeLessThan(6e-4)
  }
})

test('one and two degrees of freedom have closed forms', () => {
  for (const p of [0.5, 0.6, 0.9, 0.975, 0.999]) {
    expect(studentTQuantile(p, 1)).toBeCloseTo(Math.tan(Math.PI * (p - 0.5)), 8)
    const a = 2 * p - 1
    expect(studentTQuantile(p, 2)).toBeCloseTo(a * Math.sqrt(2 / (1 - a ** 2)), 8)
  }
})

test('many degrees of freedom are the normal distribution', () => {
  expect(studentTQuantile(0.975, 100_001)).toBeCloseTo(1.95999, 4)
  expect(studentTQuantile(0.975, 100_000)).toBeCloseTo(1.95999, 4)
})

test('what has no quantile is refused', () => {
  for (const p of [0.4, 1, NaN]) expect(() => studentTQuantile(p, 3)).toThrow(RangeError)
  for (const freedom of [0, 1.5, -1]) expect(() => studentTQuantile(0.975, freedom)).toThrow(RangeError)
})
