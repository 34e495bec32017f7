import type { MaskFacts } from '../plan/index.ts'
import type { Artifact } from '../values/artifact.ts'
import { float32, type HostTensor, type NamedTensors } from '../values/host-tensor.ts'
import type { JsonObject } from '../values/json.ts'

/** Facts of a mask or search artifact. */
export function maskFacts(artifact: Artifact): MaskFacts {
  // Written by the mask and search runners, whose results are typed.
  return artifact.facts as unknown as MaskFacts
}

/** A stored mask (bytes, one tensor per maskable parameter) as factors for weights. */
export function maskFactors(artifact: Artifact): NamedTensors {
  return mapTensors(artifact.tensors, (mask) => float32(mask.shape, Float32Array.from(mask.data)))
}

export function mapTensors(
  tensors: NamedTensors,
  fn: (tensor: HostTensor, name: string) => HostTensor,
): NamedTensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, fn(tensor, name)]))
}

/** Facts are plain JSON by their types; this says so to the compiler. */
export function asJson(facts: object): JsonObject {
  return facts as unknown as JsonObject
}
