/** A mask with 32 weights to a word: weight i is bit i mod 32 of word ⌊i / 32⌋. */
export type PackedMask = Uint32Array

export function packMask(mask: Uint8Array): PackedMask {
  const packed = new Uint32Array((mask.length + 31) >>> 5)
  for (let i = 0; i < mask.length; i++) (packed[i >>> 5] as number) |= (mask[i] as number) << (i & 31)
  return packed
}

/** The mask with the bits at `indices` turned round. */
export function withFlipped(packed: PackedMask, ...indices: readonly Int32Array[]): PackedMask {
  const flipped = new Uint32Array(packed)
  for (const list of indices)
    for (let f = 0; f < list.length; f++) {
      const i = list[f] as number
      ;(flipped[i >>> 5] as number) ^= 1 << (i & 31)
    }
  return flipped
}

/** How many of the weights at `indices` the mask keeps. */
export function countAt(packed: PackedMask, indices: Int32Array): number {
  let count = 0
  for (let f = 0; f < indices.length; f++) {
    const i = indices[f] as number
    count += ((packed[i >>> 5] as number) >>> (i & 31)) & 1
  }
  return count
}

/** Number of weights that one of two masks keeps and the other prunes. */
export function hammingDistance(a: PackedMask, b: PackedMask): number {
  let distance = 0
  for (let w = 0; w < a.length; w++) distance += bitCount((a[w] as number) ^ (b[w] as number))
  return distance
}

/** Whether the Hamming distance of two masks is below `least`; looks no further than it takes to know. */
export function isNearer(a: PackedMask, b: PackedMask, least: number): boolean {
  let distance = 0
  for (let w = 0; w < a.length && distance < least; w++)
    distance += bitCount((a[w] as number) ^ (b[w] as number))
  return distance < least
}

/** Ones among 32 bits, added up in parallel: pairs, nibbles, bytes. */
function bitCount(word: number): number {
  let x = word - ((word >>> 1) & 0x55555555)
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333)
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
