import * as tf from '@tensorflow/tfjs-core'
import { Problem } from '../../values/problem.ts'
import type { Initializer, ParameterSpec } from '../model.ts'
import { uniformFanIn, zeros } from './initializers.ts'
import { tensorOf, type Layer } from './layer.ts'

export interface DenseSettings {
  /** Default true. */
  readonly bias?: boolean
  /** Whether criteria may prune its weights; default true. Biases are never pruned by themselves. */
  readonly maskable?: boolean
  /** How weights are drawn; biases then start at 0. Default: PyTorch's U(±1/√inputs) for both. */
  readonly init?: Initializer
}

/** A fully connected layer: x · Wᵀ + b, with W of shape [outputs, inputs]. */
export function dense(name: string, inputs: number, outputs: number, settings: DenseSettings = {}): Layer {
  const { bias = true, maskable = true, init } = settings
  const fallback = uniformFanIn(inputs)
  const weight: ParameterSpec = {
    name: `${name}/weight`,
    shape: [outputs, inputs],
    init: init ?? fallback,
    maskable,
  }
  const offset: ParameterSpec = {
    name: `${name}/bias`,
    shape: [outputs],
    init: init ? zeros : fallback,
    maskable: false,
  }
  return {
    parameters: bias ? [weight, offset] : [weight],
    buffers: [],
    forward: ({ params, x }) => {
      const product = tf.matMul(x, tensorOf(params, weight.name), false, true)
      return bias ? tf.add(product, tensorOf(params, offset.name)) : product
    },
    wire: (wiring, x) => {
      if (x.height * x.width !== 1)
        throw new Problem('usage', `the layer ${name} reads images of ${x.height} × ${x.width} pixels`, {
          hint: 'Put flatten() or globalAveragePool() before it.',
        })
      wiring.bind(weight.name, 1, 'input', x.channels)
      const channels = wiring.channels(outputs)
      wiring.bind(weight.name, 0, 'output', channels)
      wiring.operation('multiply', weight.name, 1)
      if (bias) {
        wiring.bind(offset.name, 0, 'output', channels)
        wiring.operation('add', offset.name, 1)
      }
      return { height: 1, width: 1, channels }
    },
  }
}
