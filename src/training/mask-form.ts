import type * as tf from '@tensorflow/tfjs-core'
import type { NamedTensors } from '../values/host-tensor.ts'
import type { Network } from './network-tensors.ts'

/** In which form masks are given to a device, and what network it makes of each. */
export interface MaskForm {
  /** Tells all that shapes programs besides the tensors' shapes. */
  readonly name: string
  /** What the networks under all masks are made of. */
  readonly constants: NamedTensors
  /** A mask as a few small tensors. Masks whose tensors have the same shapes can be evaluated together. */
  readonly given: (mask: Uint8Array) => NamedTensors
  /** In a traced function: the network under a mask, from the constants and what `given` gave. */
  readonly network: (constants: Tensors, given: Tensors) => Network<tf.Tensor>
}

/** Tensors of a traced function by name. */
export type Tensors = Readonly<Record<string, tf.Tensor>>

export function tensorOf(tensors: Tensors, name: string): tf.Tensor {
  const found = tensors[name]
  if (!found) throw new RangeError(`there is no tensor ${name}, but ${Object.keys(tensors).join(', ')}`)
  return found
}
