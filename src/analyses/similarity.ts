/** The mask of a layer with 32 weights or filters to a word, and how many it keeps. */
export interface PackedMask {
  readonly words: Int32Array
  readonly kept: number
  readonly size: number
}

/** How many weights two masks decide on, how many each of them keeps, and how many both. */
export interface MaskOverlap {
  readonly size: number
  readonly a: number
  readonly b: number
  readonly both: number
}

/** How alike two masks over the same weights are. */
export interface MaskSimilarity {
  /** Weights both keep over the geometric mean of what each keeps. */
  readonly cosine: number
  /** Weights both keep over weights either keeps. */
  readonly jaccard: number
  /** Weights that one keeps and the other prunes. */
  readonly hamming: number
}

/** Packs a mask of bytes 0 and 1. */
export function packMask(mask: Uint8Array): PackedMask {
  const words = new Int32Array((mask.length + 31) >>> 5)
  const quads = inQuads(mask)
  for (let q = 0; q < quads.length; q++) {
    // Moves bits 0, 8, 16 and 24 to 24, 25, 26 and 27; no two products meet, so that nothing is carried.
    const nibble = (Math.imul(quads[q] as number, 0x01020408) >>> 24) & 15
    ;(words[q >>> 3] as number) |= nibble << (4 * (q & 7))
  }
  return { words, kept: commonBits(words, words), size: mask.length }
}

/** The bytes four by four, the first lowest (machines that engines run on are little-endian), with zeros at the end. */
function inQuads(mask: Uint8Array): Int32Array {
  const whole = mask.length % 4 === 0 && mask.byteOffset % 4 === 0
  const bytes = whole ? mask : new Uint8Array(4 * Math.ceil(mask.length / 4))
  if (!whole) bytes.set(mask)
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
}

/** Counts what two masks keep. */
export function maskOverlap(a: PackedMask, b: PackedMask): MaskOverlap {
  if (a.size !== b.size) throw new RangeError(`masks of ${a.size} and ${b.size} weights cannot be compared`)
  return { size: a.size, a: a.kept, b: b.kept, both: commonBits(a.words, b.words) }
}

/** What two independent random masks that keep as many weights overlap in the mean. */
export function chanceOverlap({ size, a, b }: Omit<MaskOverlap, 'both'>): MaskOverlap {
  return { size, a, b, both: size === 0 ? 0 : (a * b) / size }
}

/**
 * How alike masks of such an overlap are. A mask that keeps nothing is like no other: cosine and Jaccard are 0. Of a mean
 * overlap, cosine and Hamming distance are means; Jaccard is that of the mean overlap.
 */
export function similarityOf({ a, b, both }: MaskOverlap): MaskSimilarity {
  return {
    cosine: both === 0 ? 0 : both / Math.sqrt(a * b),
    jaccard: both === 0 ? 0 : both / (a + b - both),
    hamming: a + b - 2 * both,
  }
}

/** Ones that both have. Carry-save adders leave one word of eight to count (Harley & Seal), which halves the time. */
function commonBits(a: Int32Array, b: Int32Array): number {
  let [eights, fours, twos, ones] = [0, 0, 0, 0]
  const whole = a.length - (a.length % 8)
  let i = 0
  for (; i < whole; i += 8) {
    let x = (a[i] as number) & (b[i] as number)
    let y = (a[i + 1] as number) & (b[i + 1] as number)
    let half = ones ^ x
    let twosA = (ones & x) | (half & y)
    ones = half ^ y
    x = (a[i + 2] as number) & (b[i + 2] as number)
    y = (a[i + 3] as number) & (b[i + 3] as number)
    half = ones ^ x
    let twosB = (ones & x) | (half & y)
    ones = half ^ y
    half = twos ^ twosA
    const foursA = (twos & twosA) | (half & twosB)
    twos = half ^ twosB
    x = (a[i + 4] as number) & (b[i + 4] as number)
    y = (a[i + 5] as number) & (b[i + 5] as number)
    half = ones ^ x
    twosA = (ones & x) | (half & y)
    ones = half ^ y
    x = (a[i + 6] as number) & (b[i + 6] as number)
    y = (a[i + 7] as number) & (b[i + 7] as number)
    half = ones ^ x
    twosB = (ones & x) | (half & y)
    ones = half ^ y
    half = twos ^ twosA
    const foursB = (twos & twosA) | (half & twosB)
    twos = half ^ twosB
    half = fours ^ foursA
    eights += bitCount((fours & foursA) | (half & foursB))
    fours = half ^ foursB
  }
  let count = 8 * eights + 4 * bitCount(fours) + 2 * bitCount(twos) + bitCount(ones)
  for (; i < a.length; i++) count += bitCount((a[i] as number) & (b[i] as number))
  return count
}

/** Ones among 32 bits, added up in parallel: pairs, nibbles, bytes. */
function bitCount(word: number): number {
  let x = word - ((word >>> 1) & 0x55555555)
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333)
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
