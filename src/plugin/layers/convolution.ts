import * as tf from '@tensorflow/tfjs-core'
import type { Initializer, ParameterSpec } from '../model.ts'
import type { Features } from '../wiring.ts'
import { uniformFanIn, zeros } from './initializers.ts'
import { tensorOf, type Layer } from './layer.ts'
import { windowed, type Padding } from './windows.ts'

export interface ConvolutionSettings {
  /** Height and width of a filter; default 3. */
  readonly kernel?: number
  /** Default 1. */
  readonly stride?: number
  /** Default `valid`. */
  readonly padding?: Padding
  /** Default true. */
  readonly bias?: boolean
  /** Whether criteria may prune its filters or their weights; default true. */
  readonly maskable?: boolean
  /** How filters are drawn; biases then start at 0. Default: PyTorch's U(±1/√fan_in) for both. */
  readonly init?: Initializer
}

/** A convolution of NHWC images with filters [kernel, kernel, inputs, outputs]. */
export function conv2d(
  name: string,
  inputs: number,
  outputs: number,
  settings: ConvolutionSettings = {},
): Layer {
  const { kernel = 3, stride = 1, padding = 'valid', bias = true, maskable = true, init } = settings
  const fallback = uniformFanIn(inputs * kernel * kernel)
  const weight: ParameterSpec = {
    name: `${name}/weight`,
    shape: [kernel, kernel, inputs, outputs],
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
      const filters = tensorOf(params, weight.name) as tf.Tensor4D
      const product = tf.conv2d(x as tf.Tensor4D, filters, stride, padding)
      return bias ? tf.add(product, tensorOf(params, offset.name)) : product
    },
    wire: (wiring, x) => {
      wiring.bind(weight.name, 2, 'input', x.channels)
      const channels = wiring.channels(outputs)
      wiring.bind(weight.name, 3, 'output', channels)
      const out: Features = { ...windowed(name, x, kernel, stride, padding), channels }
      wiring.operation('multiply', weight.name, out.height * out.width)
      if (bias) {
        wiring.bind(offset.name, 0, 'output', channels)
        wiring.operation('add', offset.name, out.height * out.width)
      }
      return out
    },
  }
}
