import type { LayerMask } from './types.ts'

/** The masks of all layers in one array, in the order given: what searches work on. */
export function flattenMasks(masks: readonly LayerMask[]): Uint8Array {
  const flat = new Uint8Array(masks.reduce((sum, { mask }) => sum + mask.length, 0))
  let at = 0
  for (const { mask } of masks) {
    flat.set(mask, at)
    at += mask.length
  }
  return flat
}

/** One mask per layer from a flat mask over layers of these sizes, in their order. The masks are copies. */
export function unflattenMask(
  flat: Uint8Array,
  layers: readonly { readonly name: string; readonly size: number }[],
): LayerMask[] {
  const total = layers.reduce((sum, { size }) => sum + size, 0)
  if (flat.length !== total)
    throw new RangeError(`a flat mask of ${flat.length} does not fit layers of ${total} weights in all`)
  let at = 0
  return layers.map(({ name, size }) => {
    const mask = flat.slice(at, at + size)
    at += size
    return { name, mask }
  })
}
