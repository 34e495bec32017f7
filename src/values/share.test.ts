import { expect, test } from 'vitest'
import { normalShare, percentOf } from './share.ts'

test('shares that print alike are one number', () => {
  expect([0.1 + 0.2, 0.1 * 3, 0.3].map(normalShare)).toEqual([0.3, 0.3, 0.3])
  expect(normalShare(-0)).toBe(0)
  expect(normalShare(0.99999999999)).toBe(1)
})

test('every share of up to four digits stays as it is, and prints with as few digits as it needs', () => {
  for (let n = 0; n < 10_000; n++) {
    const share = Number(`${n}e-4`)
    expect(normalShare(share)).toBe(share)
    expect(String(percentOf(share))).toBe(String(Number(`${n}e-2`)))
  }
})
