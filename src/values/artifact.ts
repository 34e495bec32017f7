import type { NamedTensors } from './host-tensor.ts'
import type { JsonObject } from './json.ts'

/** What a unit leaves behind: facts as JSON, tensors by name. Equal for equal keys: no times, no hosts. */
export interface Artifact {
  readonly facts: JsonObject
  readonly tensors: NamedTensors
}
