import { float32, sizeOf } from '../values/host-tensor.ts'
import type { NamedTensors, Shape } from '../values/host-tensor.ts'
import type { NetworkStructure } from '../values/network-structure.ts'
import { silenceEntries } from './silence-entries.ts'
import { boundAxes, survivingEntries } from './surviving-entries.ts'

/**
 * What parameters are multiplied by for a network of full size to compute what it would without its pruned filters: 0 for
 * all that makes such a filter's channel (weights, bias, batch-norm's scale and offset) and for the weights that read it,
 * else 1. One for each of `parameters` that follows filters, whatever the mask; buffers are not to be among them, as a
 * running variance of 0 is none. `tensors` give the full network's shapes.
 */
export function filterFactors(
  tensors: Readonly<Record<string, { readonly shape: Shape }>>,
  structure: NetworkStructure,
  mask: Uint8Array,
  parameters: readonly string[],
): NamedTensors {
  const bound = boundAxes(structure, mask)
  return Object.fromEntries(
    parameters.flatMap((name) => {
      const bindings = bound.get(name)
      if (bindings === undefined) return []
      const shape = tensors[name]?.shape
      if (shape === undefined) throw new RangeError(`the network has no tensor ${name}`)
      const factors = new Float32Array(sizeOf(shape)).fill(1)
      shape.forEach((_, axis) => {
        const surviving = survivingEntries(bindings, axis, shape, mask)
        if (surviving !== null) silenceEntries(factors, shape, axis, zerosOf(surviving))
      })
      return [[name, float32(shape, factors)]]
    }),
  )
}

function zerosOf(surviving: Uint8Array): number[] {
  const zeros: number[] = []
  surviving.forEach((bit, i) => {
    if (bit === 0) zeros.push(i)
  })
  return zeros
}
