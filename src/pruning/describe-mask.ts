import type { LayerMask, MaskDescription } from './types.ts'

/** Counts what masks keep, layer by layer. A layer without weights is not one that lost them. */
export function describeMask(masks: readonly LayerMask[], requested: number): MaskDescription {
  const layers = masks.map(({ name, mask }) => ({ name, kept: ones(mask), total: mask.length }))
  return {
    requested,
    kept: layers.reduce((sum, layer) => sum + layer.kept, 0),
    total: layers.reduce((sum, layer) => sum + layer.total, 0),
    layers,
    emptyLayers: layers.filter(({ kept, total }) => kept === 0 && total > 0).map(({ name }) => name),
  }
}

function ones(mask: Uint8Array): number {
  let count = 0
  for (const bit of mask) count += bit
  return count
}
