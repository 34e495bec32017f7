import * as tf from '@tensorflow/tfjs-core'
import type { Features } from '../wiring.ts'
import { tensorOf, type Layer } from './layer.ts'
import { weightAndBias, type WeightSettings } from './weight-and-bias.ts'
import { windowed, type Padding } from './windows.ts'

export interface ConvolutionSettings extends WeightSettings {
  /** Height and width of a filter; default 3. */
  readonly kernel?: number
  /** Default 1. */
  readonly stride?: number
  /** Default `valid`. */
  readonly padding?: Padding
}

/** A convolution of NHWC images with filters [kernel, kernel, inputs, outputs]. */
export function conv2d(
  name: string,
  inputs: number,
  outputs: number,
  settings: ConvolutionSettings = {},
): Layer {
  const { kernel = 3, stride = 1, padding = 'valid' } = settings
  const shape = [kernel, kernel, inputs, outputs]
  const sizes = { shape, fanIn: inputs * kernel * kernel, outputs }
  const { weight, bias, parameters } = weightAndBias(name, sizes, settings)
  return {
    parameters,
    buffers: [],
    forward: ({ params, x }) => {
      const filters = tensorOf(params, weight.name) as tf.Tensor4D
      const product = tf.conv2d(x as tf.Tensor4D, filters, stride, padding)
      return bias ? tf.add(product, tensorOf(params, bias.name)) : product
    },
    wire: (wiring, x) => {
      wiring.bind(weight.name, 2, 'input', x.channels)
      const channels = wiring.channels(outputs)
      wiring.bind(weight.name, 3, 'output', channels)
      const out: Features = { ...windowed(name, x, kernel, stride, padding), channels }
      wiring.operation('multiply', weight.name, out.height * out.width)
      if (bias) {
        wiring.bind(bias.name, 0, 'output', channels)
        wiring.operation('add', bias.name, out.height * out.width)
      }
      return out
    },
  }
}
