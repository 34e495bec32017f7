import type { MaskFacts } from '../plan/index.ts'
import { structureOf, type Granularity, type Model } from '../plugin/index.ts'
import { compactFilters, flattenMasks, paddedMask, type Room } from '../pruning/index.ts'
import { masked } from '../training/index.ts'
import type { Artifact } from '../values/artifact.ts'
import { float32, type NamedTensors } from '../values/host-tensor.ts'
import type { JsonObject } from '../values/json.ts'
import type { NetworkStructure } from '../values/network-structure.ts'

/** Facts of a mask or search artifact. */
export function maskFacts(artifact: Artifact): MaskFacts {
  // Written by the mask and search runners, whose results are typed.
  return artifact.facts as unknown as MaskFacts
}

/** A stored mask of weights (bytes, one tensor per maskable parameter) as factors for them. */
export function maskFactors(artifact: Artifact): NamedTensors {
  return Object.fromEntries(
    Object.entries(artifact.tensors).map(([name, { shape, data }]) => [
      name,
      float32(shape, Float32Array.from(data)),
    ]),
  )
}

/** A stored mask of filters (bytes, one tensor per group) as one flat mask. */
export function flatFilterMask({ groups }: NetworkStructure, mask: NamedTensors): Uint8Array {
  return flattenMasks(groups.map(({ name }) => ({ name, mask: mask[name]?.data as Uint8Array })))
}

/**
 * The network that a stored mask leaves: with zeros for pruned weights, without pruned filters, whole without a mask. A
 * group that keeps no filter has a silent one, where a shortcut leads past it: engines compute no channels of length 0.
 */
export function underMask(
  model: Model,
  weights: NamedTensors,
  mask: Artifact | null,
  granularity: Granularity = 'weight',
): NamedTensors {
  if (mask === null) return weights
  if (granularity === 'weight') return masked(weights, maskFactors(mask))
  const structure = structureOf(model)
  const live = flatFilterMask(structure, mask.tensors)
  const parameters = new Set(model.parameters.map(({ name }) => name))
  return compactFilters(weights, structure, {
    keep: paddedMask(structure, live, atLeastOne),
    live,
    parameters,
  })
}

const atLeastOne: Room = (_, live) => Math.max(1, live)

/** Facts are plain JSON by their types; this says so to the compiler. */
export function asJson(facts: object): JsonObject {
  return facts as unknown as JsonObject
}
