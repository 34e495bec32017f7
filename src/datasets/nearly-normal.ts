import type { Stream } from '../values/random.ts'

/** Nearly normal, mean 0 and variance 1: the sum of four uniform draws. */
export function bell(random: Stream): number {
  const sum = random.uniform() + random.uniform() + random.uniform() + random.uniform()
  return (sum - 2) * Math.sqrt(3)
}

/** Nearly normal, mean 0 and variance 1: the sum of the four bytes of one random word. */
export function speckle(word: number): number {
  const sum = (word & 255) + ((word >>> 8) & 255) + ((word >>> 16) & 255) + (word >>> 24)
  return (sum - 510) / BYTES_DEVIATION
}

/** √(4 (256² − 1) / 12), the standard deviation of the sum of four random bytes. */
const BYTES_DEVIATION = Math.sqrt((256 * 256 - 1) / 3)
