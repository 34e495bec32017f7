import type { NetworkStructure } from '../values/network-structure.ts'

/**
 * The smallest filter mask that keeps all that `mask` keeps and in each group a multiple of so many filters, at least one
 * multiple and at most all: masks of a search then meet few distinct shapes. What it adds are the group's first dead filters.
 */
export function paddedMask(structure: NetworkStructure, mask: Uint8Array, multiple: number): Uint8Array {
  if (!Number.isInteger(multiple) || multiple < 1)
    throw new RangeError(`filters cannot be counted in multiples of ${multiple}`)
  if (mask.length !== structure.filters)
    throw new RangeError(`a mask of ${mask.length} does not fit a network of ${structure.filters} filters`)
  const padded = mask.slice()
  let start = 0
  for (const { size } of structure.groups) {
    const group = padded.subarray(start, start + size)
    start += size
    const live = group.reduce((sum, bit) => sum + bit, 0)
    const wanted = Math.min(size, Math.max(1, Math.ceil(live / multiple)) * multiple)
    for (let i = 0, missing = wanted - live; missing > 0; i++) {
      if (group[i] === 1) continue
      group[i] = 1
      missing--
    }
  }
  return padded
}
