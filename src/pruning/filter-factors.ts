import { float32, sizeOf } from '../values/host-tensor.ts'
import type { NamedTensors, Shape } from '../values/host-tensor.ts'
import type { NetworkStructure } from '../values/network-structure.ts'
import { silenceEntries } from './silence-entries.ts'
import { boundAxes, silencedAxes, survivingEntries } from './surviving-entries.ts'

/**
 * What tensors are multiplied by for a network of full size to compute what it would without its pruned filters: 0 for
 * all that makes such a filter's channel (weights, bias, batch-norm's scale and offset) and for all that reads it, else 1.
 * One for each of `parameters` that follows filters, whatever the mask, and for each of the other `tensors` that reads
 * channels: a channel that a shortcut is added to is not silent, so no later shortcut may pass it on.
 * `tensors` give the full network's shapes.
 */
export function filterFactors(
  tensors: Readonly<Record<string, { readonly shape: Shape }>>,
  structure: NetworkStructure,
  mask: Uint8Array,
  parameters: readonly string[],
): NamedTensors {
  const bound = boundAxes(structure, mask)
  const trained = new Set(parameters)
  const names = [...parameters, ...Object.keys(tensors).filter((name) => !trained.has(name))]
  return Object.fromEntries(
    names.flatMap((name) => {
      const bindings = silencedAxes(bound.get(name) ?? [], trained.has(name))
      if (bindings.length === 0) return []
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
