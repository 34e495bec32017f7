import type { MaskFacts } from '../plan/index.ts'
import type { Artifact } from '../values/artifact.ts'
import { float32, type NamedTensors } from '../values/host-tensor.ts'
import type { JsonObject } from '../values/json.ts'

/** Facts of a mask or search artifact. */
export function maskFacts(artifact: Artifact): MaskFacts {
  // Written by the mask and search runners, whose results are typed.
  return artifact.facts as unknown as MaskFacts
}

/** A stored mask (bytes, one tensor per maskable parameter) as factors for weights. */
export function maskFactors(artifact: Artifact): NamedTensors {
  return Object.fromEntries(
    Object.entries(artifact.tensors).map(([name, { shape, data }]) => [
      name,
      float32(shape, Float32Array.from(data)),
    ]),
  )
}

/** Facts are plain JSON by their types; this says so to the compiler. */
export function asJson(facts: object): JsonObject {
  return facts as unknown as JsonObject
}
