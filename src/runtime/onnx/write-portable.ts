import type * as tf from '@tensorflow/tfjs-core'
import type { HostTensor, NamedTensors, TensorSpec } from '../../values/host-tensor.ts'
import { Graph } from '../graph/graph.ts'
import { trace } from '../trace/trace.ts'
import { branchOf } from '../tree.ts'
import { anySize, portableModel, type ModelAbout, type PortName } from './portable-model.ts'

/** A function of weights and one batch, to be written as a file that other programs run. */
export interface Portable<Weights extends NamedTensors> {
  readonly name: string
  readonly weights: Weights
  /** One element of the batch that goes in. */
  readonly each: TensorSpec
  readonly fn: (weights: { readonly [N in keyof Weights]: tf.Tensor }, batch: tf.Tensor) => tf.Tensor
  readonly input: PortName
  readonly output: PortName
  readonly about: ModelAbout
}

/**
 * The bytes of an ONNX model that computes the function for batches of any size, for plain ONNX Runtime and whatever else
 * reads ONNX. Throws a `Problem` of kind `usage` where the function cannot be recorded, or is not one for any batch.
 */
export async function portableOnnx<Weights extends NamedTensors>(
  portable: Portable<Weights>,
): Promise<Uint8Array> {
  const { name, weights, each, fn } = portable
  const any = anySize([each.shape, ...Object.values(weights).map(({ shape }) => shape)])
  const batch = { dtype: each.dtype, shape: [any, ...each.shape] }
  const specs = Object.fromEntries(
    Object.entries(weights).map(([key, { dtype, shape }]) => [key, { dtype, shape }]),
  )
  type Given = { weights: { readonly [N in keyof Weights]: tf.Tensor }; batch: tf.Tensor }
  const { inputs, outputs } = await trace(
    name,
    { weights: specs, batch },
    (given) => ({ output: fn((given as Given).weights, (given as Given).batch) }),
    new Graph('portable'),
  )
  const [input, output] = [branchOf(inputs, 'batch')[0], outputs[0]]
  if (!input || !output) throw new RangeError('a function of one batch has one input and one output')
  return portableModel(
    name,
    {
      weights: branchOf(inputs, 'weights').map((e) => ({ ...e, value: weights[e.path] as HostTensor })),
      input: input.leaf,
      output: output.leaf,
      any,
    },
    portable,
    portable.about,
  )
}
