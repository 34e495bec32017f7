import type * as tf from '@tensorflow/tfjs-core'
import type { HostTensor, TensorSpec } from '../../values/host-tensor.ts'
import { f32 } from '../parity.fixture.ts'

export type Tensors = Readonly<Record<string, tf.Tensor>>
/** A function to trace, what it takes, and values where random ones would not do. */
export interface Case {
  readonly specs: Readonly<Record<string, TensorSpec>>
  readonly values?: Readonly<Record<string, HostTensor>>
  readonly fn: (inputs: Tensors) => tf.Tensor | tf.Tensor[]
}

export const get = (inputs: Tensors, name: string): tf.Tensor => inputs[name] as tf.Tensor
export const x = (fn: (x: tf.Tensor) => tf.Tensor | tf.Tensor[], spec: TensorSpec = f32(3, 4)): Case => ({
  specs: { x: spec },
  fn: (inputs) => fn(get(inputs, 'x')),
})
export const xy = (
  fn: (x: tf.Tensor, y: tf.Tensor) => tf.Tensor | tf.Tensor[],
  a: TensorSpec = f32(3, 4),
  b: TensorSpec = f32(3, 4),
): Case => ({ specs: { x: a, y: b }, fn: (inputs) => fn(get(inputs, 'x'), get(inputs, 'y')) })
export const given = (values: Readonly<Record<string, HostTensor>>, fn: Case['fn']): Case => ({
  specs: values,
  values,
  fn,
})
