import type { Flips } from './flips.ts'
import { countAt, hammingDistance, withFlipped } from './packed-mask.ts'
import type { PackedMask } from './packed-mask.ts'

/** A mask that was proposed before, and how far it is from the current one. */
export interface RememberedMask {
  readonly packed: PackedMask
  readonly distance: number
}

/** The last masks proposed, oldest first. */
export type Memory = readonly RememberedMask[]

/**
 * Hamming distance of each remembered mask from the current mask after a step. Few flips are looked up in each mask:
 * where it keeps a weight that is cleared, or prunes one that is set, it gets farther by one, elsewhere nearer.
 * With many flips, comparing whole words is faster.
 */
export function distancesAfter(memory: Memory, current: PackedMask, flips: Flips): number[] {
  const { cleared, set } = flips
  if (2 * cleared.length < current.length)
    return memory.map(
      ({ packed, distance }) => distance + 2 * (countAt(packed, cleared) - countAt(packed, set)),
    )
  const proposed = withFlipped(current, cleared, set)
  return memory.map(({ packed }) => hammingDistance(packed, proposed))
}

/** The memory with one more mask, without the oldest where there are more than `size`. */
export function remember(memory: Memory, mask: RememberedMask, size: number): Memory {
  return [...memory, mask].slice(Math.max(0, memory.length + 1 - size))
}
