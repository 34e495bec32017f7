import * as tf from '@tensorflow/tfjs-core'
import { plain, type Layer } from './layer.ts'
import { windowed, type Padding } from './windows.ts'

export interface PoolingSettings {
  /** Default: the size, so that windows do not overlap. */
  readonly stride?: number
  /** Default `valid`. Padding takes no part in maxima and averages. */
  readonly padding?: Padding
}

/** The largest value of each window of size × size pixels, channel by channel. */
export function maxPool(size = 2, settings: PoolingSettings = {}): Layer {
  return pool('maxPool', tf.maxPool, size, settings)
}

/** The mean of each window of size × size pixels, channel by channel. */
export function averagePool(size = 2, settings: PoolingSettings = {}): Layer {
  return pool('averagePool', tf.avgPool, size, settings)
}

/** The mean of all pixels: [batch, height, width, channels] → [batch, channels]. */
export function globalAveragePool(): Layer {
  return plain((x) => tf.mean(x, [1, 2]), {
    wire: (_, { channels }) => ({ height: 1, width: 1, channels }),
  })
}

function pool(
  name: string,
  op: typeof tf.maxPool,
  size: number,
  { stride = size, padding = 'valid' }: PoolingSettings,
): Layer {
  return plain((x) => op(x as tf.Tensor4D, size, stride, padding), {
    wire: (_, x) => ({ ...windowed(name, x, size, stride, padding), channels: x.channels }),
  })
}
