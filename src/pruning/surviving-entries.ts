import type { Shape } from '../values/host-tensor.ts'
import type { AxisBinding, NetworkStructure } from '../values/network-structure.ts'

/** What follows filters in each tensor that does, by the tensor's name. Throws if the mask is not one of the structure's filters. */
export function boundAxes(
  structure: NetworkStructure,
  mask: Uint8Array,
): ReadonlyMap<string, readonly AxisBinding[]> {
  if (mask.length !== structure.filters)
    throw new RangeError(`a mask of ${mask.length} does not fit a network of ${structure.filters} filters`)
  const byTensor = new Map<string, AxisBinding[]>()
  for (const binding of structure.axes) {
    const others = byTensor.get(binding.tensor)
    if (others === undefined) byTensor.set(binding.tensor, [binding])
    else others.push(binding)
  }
  return byTensor
}

/**
 * A byte for each entry along an axis of a tensor: 0 where a filter it follows is pruned. Null if no entry is lost.
 * `bindings` are the tensor's.
 */
export function survivingEntries(
  bindings: readonly AxisBinding[],
  axis: number,
  shape: Shape,
  mask: Uint8Array,
): Uint8Array | null {
  const length = shape[axis] as number
  const along = bindings.filter((binding) => binding.axis === axis)
  for (const { filters, tensor } of along)
    if (filters.length !== length)
      throw new RangeError(
        `${tensor} has shape [${shape.join(', ')}], but the network's structure has ${filters.length} entries along axis ${axis}`,
      )
  return survivingAlong(along, length, mask)
}

/** The same for an axis of so many entries; `bindings` are its own. */
export function survivingAlong(
  bindings: readonly AxisBinding[],
  length: number,
  mask: Uint8Array,
): Uint8Array | null {
  const surviving = new Uint8Array(length).fill(1)
  let lost = false
  for (const { filters } of bindings)
    for (let i = 0; i < filters.length; i++) {
      const filter = filters[i] as number
      if (filter < 0 || mask[filter] === 1) continue
      surviving[i] = 0
      lost = true
    }
  return lost ? surviving : null
}

/** Where ones are. */
export function indicesOf(surviving: Uint8Array): Int32Array {
  const indices = new Int32Array(surviving.length)
  let count = 0
  for (let i = 0; i < surviving.length; i++) if (surviving[i] === 1) indices[count++] = i
  return indices.subarray(0, count)
}

/**
 * The axes along which zeros in a tensor silence filters: all of a parameter's; of a buffer's those that read channels
 * (the choice that a shortcut makes), but none that belong to one, as a running variance of 0 is none.
 */
export function silencedAxes(bindings: readonly AxisBinding[], parameter: boolean): readonly AxisBinding[] {
  return parameter ? bindings : bindings.filter(({ role }) => role === 'input')
}
