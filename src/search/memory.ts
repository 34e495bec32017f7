import type { Flips } from './flips.ts'
import { countAt, hammingDistance, isNearer } from './packed-mask.ts'
import type { PackedMask } from './packed-mask.ts'

/** A mask that was proposed before, and how far it is from the current one. */
export interface RememberedMask {
  readonly packed: PackedMask
  readonly distance: number
}

/** The last masks proposed, oldest first. */
export type Memory = readonly RememberedMask[]

/**
 * Whether a step from the current mask leads to one whose Hamming distance from a remembered mask is below `least`;
 * `after` is the mask after the step. Exact, and looks no further than it takes to know: a step of few flips is
 * followed flip by flip, with many flips comparing whole words is faster.
 */
export function comesTooNear(memory: Memory, flips: Flips, after: PackedMask, least: number): boolean {
  const few = isShort(flips, after)
  for (let m = memory.length - 1; m >= 0; m--) {
    const { packed, distance } = memory[m] as RememberedMask
    const nearest = distance - 2 * flips.cleared.length
    if (nearest >= least) continue
    if (few ? flipsNearer(packed, flips, nearest, least) : isNearer(packed, after, least)) return true
  }
  return false
}

/**
 * The same for one remembered mask: `nearest` is how near it would come if every flip made it nearer by one. Each flip
 * does, but where the mask keeps a weight that is cleared or prunes one that is set: it gets farther by one.
 */
function flipsNearer(
  remembered: PackedMask,
  { cleared, set }: Flips,
  nearest: number,
  least: number,
): boolean {
  let distance = nearest
  for (let f = 0; f < cleared.length && distance < least; f++) {
    const c = cleared[f] as number
    const s = set[f] as number
    const keeps = ((remembered[c >>> 5] as number) >>> (c & 31)) & 1
    const prunes = (~(remembered[s >>> 5] as number) >>> (s & 31)) & 1
    distance += 2 * (keeps + prunes)
  }
  return distance < least
}

/** Hamming distance of each remembered mask from the current mask after a step; `after` is the mask after it. */
export function distancesAfter(memory: Memory, flips: Flips, after: PackedMask): number[] {
  const { cleared, set } = flips
  return isShort(flips, after)
    ? memory.map(({ packed, distance }) => distance + 2 * (countAt(packed, cleared) - countAt(packed, set)))
    : memory.map(({ packed }) => hammingDistance(packed, after))
}

/** Whether following a step flip by flip is faster than comparing whole words. */
function isShort({ cleared }: Flips, mask: PackedMask): boolean {
  return 2 * cleared.length < mask.length
}

/** The memory with one more mask, without the oldest where there are more than `size`. */
export function remember(memory: Memory, mask: RememberedMask, size: number): Memory {
  return [...memory, mask].slice(Math.max(0, memory.length + 1 - size))
}
