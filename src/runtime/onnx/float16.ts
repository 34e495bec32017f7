/** Room for one number seen as float32 and as its bits. */
const seen = new Float32Array(1)
const bits = new Uint32Array(seen.buffer)

/** The bits of the float16 (IEEE 754 binary16) nearest to a number; of two as near, the one whose last bit is 0. */
export function float16Bits(value: number): number {
  seen[0] = value
  const word = bits[0] as number
  const sign = (word >>> 16) & 0x8000
  const exponent = ((word >>> 23) & 0xff) - 127
  const fraction = word & 0x7fffff
  if (exponent === 128) return sign | 0x7c00 | (fraction === 0 ? 0 : 0x200)
  if (exponent > 15) return sign | 0x7c00
  if (exponent < -25) return sign
  // Below the smallest normal number the leading 1 is part of the fraction, and the exponent's bits are 0. A carry out of
  // the fraction belongs to the exponent, up to infinity.
  const dropped = exponent < -14 ? 13 - 14 - exponent : 13
  const kept = exponent < -14 ? fraction | 0x800000 : fraction | ((exponent + 15) << 23)
  return sign | roundedShift(kept, dropped)
}

/** n / 2^by, to the nearest, ties to even. */
function roundedShift(n: number, by: number): number {
  const half = 2 ** (by - 1)
  const [whole, rest] = [Math.floor(n / 2 ** by), n % 2 ** by]
  return whole + (rest > half || (rest === half && whole % 2 === 1) ? 1 : 0)
}
