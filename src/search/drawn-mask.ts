import type { Stream } from '../values/random.ts'
import type { MaskSpace } from './mask-space.ts'
import { hammingDistance } from './packed-mask.ts'
import type { PackedMask } from './packed-mask.ts'

/** Binary digits of a share that whole words of coin flips are made for; what they miss is drawn weight by weight. */
const DIGITS = 5

/**
 * A mask drawn from all with `kept` ones, each equally likely. Every weight is first kept by a coin whose bias is the
 * share of ones rounded down to 5 binary digits, 32 weights at a time; then weights drawn at random are kept or pruned
 * until the count is right. Neither prefers a weight, so masks of that count are equally likely. Of 266,200 weights it
 * takes about a millisecond.
 */
export function drawMask({ size, kept }: MaskSpace, random: Stream): PackedMask {
  // The rarer side is drawn, so that a weight of the other side is found in two tries or fewer.
  const rare = Math.min(kept, size - kept)
  const drawn = flippedCoins(size, Math.floor((rare * 2 ** DIGITS) / Math.max(1, size)), random)
  changeUntil(drawn, size, rare, random)
  return rare === kept ? drawn : complement(drawn, size)
}

/** The mask with a byte for each weight. */
export function unpackMask(packed: PackedMask, size: number): Uint8Array {
  const mask = new Uint8Array(size)
  // Four weights at a time: a quarter of the time.
  const fours = new Uint32Array(mask.buffer, 0, size >>> 2)
  for (let at = 0; at < fours.length; at++)
    fours[at] = FOUR_BYTES[((packed[at >>> 3] as number) >>> (4 * (at & 7))) & 15] as number
  for (let i = 4 * fours.length; i < size; i++) mask[i] = ((packed[i >>> 5] as number) >>> (i & 31)) & 1
  return mask
}

/** The bytes 0 or 1 of four bits, for each number of four bits; as words of this machine's byte order. */
const FOUR_BYTES = new Uint32Array(
  Uint8Array.from({ length: 64 }, (_, i) => ((i >>> 2) >>> (i & 3)) & 1).buffer,
)

export function countOnes(packed: PackedMask): number {
  return hammingDistance(packed, new Uint32Array(packed.length))
}

/**
 * `count` weights drawn one after the other among those that `mask` keeps (`side` 1) or prunes (0), turned round in it.
 * There must be that many.
 */
export function turnRound(mask: PackedMask, size: number, side: 0 | 1, count: number, random: Stream): void {
  for (let left = count; left > 0;) {
    const i = random.integer(size)
    if ((((mask[i >>> 5] as number) >>> (i & 31)) & 1) !== side) continue
    ;(mask[i >>> 5] as number) ^= 1 << (i & 31)
    left--
  }
}

/** Weights kept with probability `share` / 32 each. */
function flippedCoins(size: number, share: number, random: Stream): PackedMask {
  const mask = new Uint32Array((size + 31) >>> 5)
  // From the lowest digit: a random word's AND halves the probability, its OR halves what is missing to one.
  for (let digit = 0; digit < DIGITS; digit++) {
    const isOne = ((share >>> digit) & 1) === 1
    if (!isOne && share % 2 ** digit === 0) continue
    for (let w = 0; w < mask.length; w++) {
      const word = random.uint32()
      mask[w] = isOne ? (mask[w] as number) | word : (mask[w] as number) & word
    }
  }
  clearBeyond(mask, size)
  return mask
}

function changeUntil(mask: PackedMask, size: number, count: number, random: Stream): void {
  const missing = count - countOnes(mask)
  turnRound(mask, size, missing > 0 ? 0 : 1, Math.abs(missing), random)
}

function complement(mask: PackedMask, size: number): PackedMask {
  const all = mask.map((word) => ~word)
  clearBeyond(all, size)
  return all
}

/** Bits of the last word that stand for no weight are zero. */
function clearBeyond(mask: PackedMask, size: number): void {
  if (size % 32 !== 0) (mask[mask.length - 1] as number) &= 2 ** (size % 32) - 1
}
