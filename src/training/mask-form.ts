import type * as tf from '@tensorflow/tfjs-core'
import type { HostTensor, NamedTensors } from '../values/host-tensor.ts'
import type { Network } from './network-tensors.ts'

/** A mask as it goes to a device: one tensor, for each tensor is a copy of its own. */
export interface GivenMask {
  /** Lists of numbers, one behind the other. */
  readonly lists: HostTensor
  /** How long each list is. Masks with equal lengths can be evaluated together. */
  readonly lengths: readonly number[]
}

/** In which form masks are given to a device, and what network it makes of each. */
export interface MaskForm {
  /** Tells all that shapes programs besides the tensors' shapes. */
  readonly name: string
  /** What the networks under all masks are made of. */
  readonly constants: NamedTensors
  readonly given: (mask: Uint8Array) => GivenMask
  /** In a traced function: the network under a mask, from the constants and the lists that `given` gave. */
  readonly network: (constants: Tensors, lists: readonly tf.Tensor1D[]) => Network<tf.Tensor>
}

/** Tensors of a traced function by name. */
type Tensors = Readonly<Record<string, tf.Tensor>>

export function tensorOf(tensors: Tensors, name: string): tf.Tensor {
  const found = tensors[name]
  if (!found) throw new RangeError(`there is no tensor ${name}, but ${Object.keys(tensors).join(', ')}`)
  return found
}
