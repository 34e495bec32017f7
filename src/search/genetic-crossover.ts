import type { Stream } from '../values/random.ts'
import { turnRound } from './drawn-mask.ts'
import type { PackedMask } from './packed-mask.ts'

/**
 * A child of two masks with equally many ones: it keeps what both keep, prunes what both prune, and keeps half of the
 * weights in which they differ, each half equally likely. So it has as many ones as they have.
 */
export function crossed(one: PackedMask, other: PackedMask, random: Stream): PackedMask {
  const differing = differences(one, other)
  // A coin for each weight; then weights move over until both sides are equal. No choice prefers a weight.
  const kept = new Int32Array(differing.length)
  const pruned = new Int32Array(differing.length)
  let [keeps, prunes] = [0, 0]
  let coins = 0
  for (let i = 0; i < differing.length; i++) {
    coins = i % 32 === 0 ? random.uint32() : coins >>> 1
    if ((coins & 1) === 1) kept[keeps++] = differing[i] as number
    else pruned[prunes++] = differing[i] as number
  }
  while (keeps > prunes) pruned[prunes++] = takenFrom(kept, keeps--, random)
  while (prunes > keeps) kept[keeps++] = takenFrom(pruned, prunes--, random)

  const child = one.map((word, w) => word & (other[w] as number))
  for (let k = 0; k < keeps; k++) {
    const i = kept[k] as number
    ;(child[i >>> 5] as number) |= 1 << (i & 31)
  }
  return child
}

/** The mask after `count` ones and `count` zeros, every choice equally likely, have changed sides. */
export function mutated(mask: PackedMask, size: number, count: number, random: Stream): PackedMask {
  const set = mask.slice()
  turnRound(set, size, 0, count, random)
  const cleared = mask.slice()
  turnRound(cleared, size, 1, count, random)
  // Ones that were cleared are ones of the mask only, zeros that were set are zeros of it only: they never meet.
  return set.map((word, w) => (word & ~(mask[w] as number)) | (cleared[w] as number))
}

/** Indices of the weights that one mask keeps and the other prunes, in order. */
function differences(one: PackedMask, other: PackedMask): Int32Array {
  const indices = new Int32Array(32 * one.length)
  let count = 0
  for (let w = 0; w < one.length; w++) {
    let word = (one[w] as number) ^ (other[w] as number)
    while (word !== 0) {
      indices[count++] = 32 * w + 31 - Math.clz32(word & -word)
      word &= word - 1
    }
  }
  return indices.subarray(0, count)
}

/** One of the first `count` numbers, drawn at random; the last of them takes its place. */
function takenFrom(list: Int32Array, count: number, random: Stream): number {
  const at = random.integer(count)
  const taken = list[at] as number
  list[at] = list[count - 1] as number
  return taken
}
