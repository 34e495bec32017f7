import type { NetworkStructure } from '../values/network-structure.ts'
import type { Room } from './room.ts'

/**
 * A filter mask that keeps all that `mask` keeps, and in each group as many filters as there is room for, at most all:
 * masks of a search then meet few distinct shapes. What it adds are the group's first dead filters.
 */
export function paddedMask(structure: NetworkStructure, mask: Uint8Array, room: Room): Uint8Array {
  if (mask.length !== structure.filters)
    throw new RangeError(`a mask of ${mask.length} does not fit a network of ${structure.filters} filters`)
  const padded = mask.slice()
  let start = 0
  for (const described of structure.groups) {
    const { size } = described
    const group = padded.subarray(start, start + size)
    start += size
    const live = group.reduce((sum, bit) => sum + bit, 0)
    const wanted = Math.min(size, room(described, live))
    for (let i = 0, missing = wanted - live; missing > 0; i++) {
      if (group[i] === 1) continue
      group[i] = 1
      missing--
    }
  }
  return padded
}
