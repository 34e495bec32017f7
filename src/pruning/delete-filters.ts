import { float32, sizeOf } from '../values/host-tensor.ts'
import type { HostTensor, NamedTensors, Shape } from '../values/host-tensor.ts'
import type { NetworkStructure } from '../values/network-structure.ts'
import { boundAxes, indicesOf, survivingEntries } from './surviving-entries.ts'

/**
 * The network without the filters that a mask prunes: every entry that follows one of them is cut out, along every axis.
 * `tensors` are parameters, buffers or optimizer slots of the full network under their names, any subset of them.
 * Tensors that lose nothing are passed on uncopied; a group that keeps no filter leaves axes of length 0.
 */
export function deleteFilters(
  tensors: NamedTensors,
  structure: NetworkStructure,
  mask: Uint8Array,
): NamedTensors {
  const bound = boundAxes(structure, mask)
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => {
      const bindings = bound.get(name)
      if (bindings === undefined) return [name, tensor]
      const kept = tensor.shape.map((_, axis) => {
        const surviving = survivingEntries(bindings, axis, tensor.shape, mask)
        return surviving === null ? null : indicesOf(surviving)
      })
      return [name, gathered(name, tensor, kept)]
    }),
  )
}

/** The entries of a tensor whose index along each axis is in a list; null lists them all. */
function gathered(name: string, tensor: HostTensor, kept: readonly (Int32Array | null)[]): HostTensor {
  const last = kept.findLastIndex((entries) => entries !== null)
  if (last < 0) return tensor
  if (tensor.dtype !== 'float32')
    throw new RangeError(`${name} is ${tensor.dtype}: filters are cut out of float32 tensors`)
  const { shape: full, data } = tensor
  const shape = full.map((length, axis) => kept[axis]?.length ?? length)
  const result = new Float32Array(sizeOf(shape))

  // Where the rows of the last cut axis begin; what lies behind that axis stays together, in blocks.
  let starts: readonly number[] | Int32Array = [0]
  for (let axis = 0; axis < last; axis++) starts = offsets(starts, kept[axis] ?? null, full, axis)
  const block = sizeOf(full.slice(last + 1))
  const entries = kept[last] as Int32Array
  let at = 0
  for (const start of starts) {
    if (block === 1)
      for (let j = 0; j < entries.length; j++) result[at++] = data[start + (entries[j] as number)] as number
    else
      for (const entry of entries) {
        const from = start + entry * block
        result.set(data.subarray(from, from + block), at)
        at += block
      }
  }
  return float32(shape, result)
}

/** From where the entries of leading axes begin to where those of the next axis do. */
function offsets(
  starts: ArrayLike<number>,
  entries: Int32Array | null,
  shape: Shape,
  axis: number,
): Int32Array {
  const stride = sizeOf(shape.slice(axis + 1))
  const count = entries === null ? (shape[axis] as number) : entries.length
  const next = new Int32Array(starts.length * count)
  for (let s = 0; s < starts.length; s++)
    for (let e = 0; e < count; e++)
      next[s * count + e] = (starts[s] as number) + (entries === null ? e : (entries[e] as number)) * stride
  return next
}
