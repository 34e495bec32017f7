import * as tf from '@tensorflow/tfjs-core'
import * as v from 'valibot'
import { check, count, strict, text } from '../checking.ts'
import type { Features } from '../wiring.ts'
import { tensorOf, type Layer, type LayerInputs } from './layer.ts'
import { weightAndBias, weightSettings, type WeightSettings } from './weight-and-bias.ts'
import { padding, pixelsUnder, windowed, type Padding } from './windows.ts'

export interface ConvolutionSettings extends WeightSettings {
  /** Height and width of a filter; default 3. */
  readonly kernel?: number
  /** Default 1. */
  readonly stride?: number
  /** Default `valid`. */
  readonly padding?: Padding
}

const schema = strict({
  name: text,
  inputs: count,
  outputs: count,
  settings: strict({
    ...weightSettings,
    kernel: v.optional(count),
    stride: v.optional(count),
    padding: v.optional(padding),
  }),
})

/** A convolution of NHWC images with filters [kernel, kernel, inputs, outputs]. */
export function conv2d(
  name: string,
  inputs: number,
  outputs: number,
  settings: ConvolutionSettings = {},
): Layer {
  check(`layer ${name}`, schema, { name, inputs, outputs, settings })
  const { kernel = 3, stride = 1, padding: around = 'valid' } = settings
  const shape = [kernel, kernel, inputs, outputs]
  const sizes = { shape, fanIn: inputs * kernel * kernel, outputs }
  const { weight, bias, parameters } = weightAndBias(name, sizes, settings)
  const biased = (product: tf.Tensor, params: LayerInputs['params']): tf.Tensor =>
    bias ? tf.add(product, tensorOf(params, bias.name)) : product
  const forward: Layer['forward'] = ({ params, x }) => {
    const filters = tensorOf(params, weight.name) as tf.Tensor4D
    return biased(tf.conv2d(x as tf.Tensor4D, filters, stride, around), params)
  }
  return {
    parameters,
    buffers: [],
    forward,
    split: {
      prepare: (x) => pixelsUnder(x as tf.Tensor4D, kernel, stride, around),
      finish: ({ params, x }) => {
        const [height = 0, width = 0, batch = 0, pixels = 0] = x.shape
        const filters = tensorOf(params, weight.name)
        const own = filters.shape[3] ?? 0
        const product = tf.matMul(
          tf.reshape<tf.Rank.R2>(x, [height * width * batch, pixels]),
          tf.reshape<tf.Rank.R2>(filters, [pixels, own]),
        )
        return biased(tf.transpose(tf.reshape(product, [height, width, batch, own]), [2, 0, 1, 3]), params)
      },
      whole: forward,
    },
    wire: (wiring, x) => {
      wiring.bind(weight.name, 2, 'input', x.channels)
      const channels = wiring.channels(outputs)
      wiring.bind(weight.name, 3, 'output', channels)
      const out: Features = { ...windowed(name, x, kernel, stride, around), channels }
      wiring.operation('multiply', weight.name, out.height * out.width)
      if (bias) {
        wiring.bind(bias.name, 0, 'output', channels)
        wiring.operation('add', bias.name, out.height * out.width)
      }
      return out
    },
  }
}
