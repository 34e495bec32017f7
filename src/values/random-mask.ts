import { Problem } from './problem.ts'

/**
 * The kernel that dropout is made of, by its name in TensorFlow.js' registry. Backends that are to train networks with
 * dropout register it; `randomMask` says what it computes.
 */
export const RANDOM_MASK = 'PruneBenchRandomMask'

export interface RandomMaskAttributes {
  /** Rows of the result: images × pixels. */
  readonly rows: number
  /** Tells layers apart: a whole number of 32 bits. */
  readonly salt: number
  /** Share of entries that are zero; from 0 on, below 1. */
  readonly rate: number
}

/**
 * What the kernel gives, row-major [rows, channels]: 0 with probability `rate`, else 1 / (1 − rate). An entry depends
 * on the key, the salt, its row and the value of its channel, a whole number of 32 bits (a fraction is cut off).
 * Row and channel become odd random numbers of 32 bits; an entry is zero if their product, modulo 2³² and read with a
 * sign, lies below the threshold. Throws a `Problem` if an attribute is out of its range.
 */
export function randomMask(
  key: number,
  channels: ArrayLike<number>,
  attrs: RandomMaskAttributes,
): Float32Array {
  checkRandomMask(attrs)
  const { rows, salt, rate } = attrs
  const seed = hashed(key, salt)
  const factors = Int32Array.from(channels, (channel) => hashed(channel, hashed(CHANNELS, seed)))
  const rowSeed = hashed(ROWS, seed)
  const threshold = dropThreshold(rate)
  const kept = keptValue(rate)
  const mask = new Float32Array(rows * factors.length)
  let i = 0
  for (let row = 0; row < rows; row++) {
    const factor = hashed(row, rowSeed)
    for (const other of factors) mask[i++] = Math.imul(factor, other) < threshold ? 0 : kept
  }
  return mask
}

/** Throws a `Problem` that names the first attribute out of its range. */
export function checkRandomMask({ rows, salt, rate }: RandomMaskAttributes): void {
  if (!Number.isInteger(rows) || rows < 0)
    throw new Problem('usage', `a random mask of ${rows} rows`, { hint: 'Give a whole number of rows.' })
  if (!Number.isInteger(salt) || salt !== (salt | 0))
    throw new Problem('usage', `a random mask with the salt ${salt}`, {
      hint: 'Give a whole number of 32 bits.',
    })
  if (!(rate >= 0 && rate < 1))
    throw new Problem('usage', `a random mask with the rate ${rate}`, {
      hint: 'Give the share of entries to drop: from 0 on, below 1.',
    })
}

/** What the two factors of a mask's entries are told apart by. */
export const ROWS = 1
export const CHANNELS = 2

/** Odd numbers, one for each time that `hashed` stirs. */
export const STIRRED_WITH = [0x7feb352d, 0x846ca68b] as const
/** By how many bits `hashed` shifts before, between and after its stirring. */
export const SHIFTS = [16, 15, 16] as const

/**
 * An odd number of 32 bits, with a sign, that looks random and depends on both arguments' 32 bits. Made of products,
 * sums and whole quotients alone, because engines have no others on a GPU.
 */
export function hashed(value: number, seed: number): number {
  return (2 * mixed((mixed(value | 0) + seed) | 0) + 1) | 0
}

// A permutation of 32-bit numbers but for what the folding merges, one in 2¹⁵.
function mixed(value: number): number {
  const a = stirred(folded(value, SHIFTS[0]), STIRRED_WITH[0])
  const b = stirred(folded(a, SHIFTS[1]), STIRRED_WITH[1])
  return folded(b, SHIFTS[2])
}

/** A permutation that is far from linear, as in the cipher RC6: the upper bits depend on all lower ones. */
function stirred(value: number, odd: number): number {
  return Math.imul(value, 2 * value + odd)
}

/** The upper bits onto the lower ones. */
function folded(value: number, bits: number): number {
  return (value + (value >>> bits)) | 0
}

/** Products below it are dropped: among 2³² numbers with a sign, a share of `rate`. */
export function dropThreshold(rate: number): number {
  return Math.min(Math.round(rate * 2 ** 32) - 2 ** 31, 2 ** 31 - 1)
}

/** What is left of a one: entries have mean one. */
export function keptValue(rate: number): number {
  return Math.fround(1 / (1 - rate))
}
