import { expect, test } from 'vitest'
import { stream } from '../../values/random.ts'
import { maskOnes } from './mask-ones.ts'

test('ones are counted, and bytes that are neither 0 nor 1 are noticed wherever they are', () => {
  const random = stream(1, 'ones')
  const mask = Uint8Array.from({ length: 185 }, () => random.integer(2))
  const ones = maskOnes(185)
  expect(ones(mask)).toBe(mask.reduce((a, b) => a + b, 0))
  for (const at of [0, 15, 16, 100, 184]) {
    const wrong = mask.slice()
    wrong[at] = 2
    expect(ones(wrong)).toBe(-1)
  }
  expect(ones(mask)).toBe(mask.reduce((a, b) => a + b, 0))
})
