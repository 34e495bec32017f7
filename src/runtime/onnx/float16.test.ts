import { expect, test } from 'vitest'
import { stream } from '../../values/random.ts'
import { float16Bits } from './float16.ts'

/** What bits mean, by the definition of binary16. */
function valueOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023]
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25)
}

test('every float16 stays what it is', () => {
  for (let bits = 0; bits < 65536; bits++) {
    const value = valueOf(bits)
    if (!Number.isNaN(value)) expect(float16Bits(value)).toBe(bits)
  }
  expect(valueOf(float16Bits(NaN))).toBe(NaN)
})

test('numbers halfway between two go to the even one, all others to the nearer', () => {
  for (let bits = 0; bits < 0x7bff; bits++) {
    const [low, high] = [valueOf(bits), valueOf(bits + 1)]
    const middle = (low + high) / 2
    const even = bits % 2 === 0 ? bits : bits + 1
    expect(float16Bits(middle)).toBe(even)
    expect(float16Bits(-middle)).toBe(even | 0x8000)
    // The neighbours of the middle that float32 has.
    expect(float16Bits(Math.fround(middle - (high - low) / 1024))).toBe(bits)
    expect(float16Bits(Math.fround(middle + (high - low) / 1024))).toBe(bits + 1)
  }
})

test('what lies beyond is infinite, what is tiny is zero', () => {
  expect(valueOf(float16Bits(65519.99))).toBe(65504)
  expect(valueOf(float16Bits(65520))).toBe(Infinity)
  expect(valueOf(float16Bits(-1e30))).toBe(-Infinity)
  expect(float16Bits(2 ** -25)).toBe(0)
  expect(float16Bits(Math.fround(2 ** -25 * 1.0001))).toBe(1)
  expect(float16Bits(-1e-30)).toBe(0x8000)
  const random = stream(1, 'float16')
  for (let i = 0; i < 10_000; i++) {
    const x = Math.fround(random.normal() * 2 ** (random.integer(40) - 25))
    const found = valueOf(float16Bits(x))
    if (Math.abs(x) < 65504)
      expect(Math.abs(found - x)).toBeLessThanOrEqual(Math.max(2 ** -25, Math.abs(x) * 2 ** -11))
  }
})
