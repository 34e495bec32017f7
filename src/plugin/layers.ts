import * as tf from '@tensorflow/tfjs-core'
import { sizeOf } from '../values/host-tensor.ts'
import type { Initializer, ForwardInputs, ParameterSpec, Parameters } from './model.ts'

/** A step of a sequential network: the parameters it owns, and what it does. */
export interface Layer {
  readonly parameters: readonly ParameterSpec[]
  readonly apply: (params: Parameters, x: tf.Tensor) => tf.Tensor
}

/** U(−1/√fanIn, 1/√fanIn): PyTorch's default for the weights and biases of linear layers. */
export function uniformFanIn(fanIn: number): Initializer {
  const bound = 1 / Math.sqrt(fanIn)
  return (shape, random) => {
    const values = new Float32Array(sizeOf(shape))
    for (let i = 0; i < values.length; i++) values[i] = (2 * random.uniform() - 1) * bound
    return values
  }
}

export interface DenseSettings {
  /** Default true. */
  readonly bias?: boolean
  /** Whether criteria may prune its weights; default true. Biases are never pruned. */
  readonly maskable?: boolean
}

/** A fully connected layer: x · Wᵀ + b, with W of shape [outputs, inputs]. */
export function dense(name: string, inputs: number, outputs: number, settings: DenseSettings = {}): Layer {
  const { bias = true, maskable = true } = settings
  const init = uniformFanIn(inputs)
  const weight: ParameterSpec = { name: `${name}/weight`, shape: [outputs, inputs], init, maskable }
  const offset: ParameterSpec = { name: `${name}/bias`, shape: [outputs], init, maskable: false }
  return {
    parameters: bias ? [weight, offset] : [weight],
    apply: (params, x) => {
      const product = tf.matMul(x, parameter(params, weight.name), false, true)
      return bias ? tf.add(product, parameter(params, offset.name)) : product
    },
  }
}

/** Images to rows: [batch, height, width, channels] → [batch, height · width · channels]. */
export function flatten(): Layer {
  return {
    parameters: [],
    apply: (_, x) => tf.reshape(x, [x.shape[0], x.size / x.shape[0]]),
  }
}

export function relu(): Layer {
  return { parameters: [], apply: (_, x) => tf.relu(x) }
}

/** Log-probabilities over the last axis. */
export function logSoftmax(): Layer {
  return { parameters: [], apply: (_, x) => tf.logSoftmax(x) }
}

/** One layer after the other; spread it into `defineModel`. */
export function sequential(...layers: readonly Layer[]): {
  parameters: readonly ParameterSpec[]
  forward: (inputs: ForwardInputs) => tf.Tensor2D
} {
  return {
    parameters: layers.flatMap((layer) => layer.parameters),
    forward: ({ params, x }) =>
      layers.reduce<tf.Tensor>((value, layer) => layer.apply(params, value), x) as tf.Tensor2D,
  }
}

function parameter(params: Parameters, name: string): tf.Tensor {
  const found = params[name]
  if (!found)
    throw new Error(`the network has no parameter ${name}; it has ${Object.keys(params).join(', ')}`)
  return found
}
