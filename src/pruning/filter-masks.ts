import type { NetworkStructure } from '../values/network-structure.ts'
import { unflattenMask } from './flat-mask.ts'
import type { LayerMask } from './types.ts'

/** One mask per group of filters from a flat filter mask, under the groups' names; `flattenMasks` is the way back. */
export function groupMasks(structure: NetworkStructure, mask: Uint8Array): LayerMask[] {
  return unflattenMask(mask, structure.groups)
}
