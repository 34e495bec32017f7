import type { NetworkStructure } from '../values/network-structure.ts'
import { describeMask } from './describe-mask.ts'
import { unflattenMask } from './flat-mask.ts'
import type { LayerMask, MaskDescription } from './types.ts'

/** One mask per group of filters from a flat filter mask, under the groups' names; `flattenMasks` is the way back. */
export function groupMasks(structure: NetworkStructure, mask: Uint8Array): LayerMask[] {
  return unflattenMask(mask, structure.groups)
}

/** Counts the filters that a flat filter mask keeps, group by group. */
export function describeFilterMask(
  structure: NetworkStructure,
  mask: Uint8Array,
  requested: number,
): MaskDescription {
  return describeMask(groupMasks(structure, mask), requested)
}
