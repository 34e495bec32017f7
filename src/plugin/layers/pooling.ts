import * as tf from '@tensorflow/tfjs-core'
import * as v from 'valibot'
import { check, count, strict } from '../checking.ts'
import { plain, type Layer } from './layer.ts'
import { padding, windowed, type Padding } from './windows.ts'

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

const schema = strict({
  size: count,
  settings: strict({ stride: v.optional(count), padding: v.optional(padding) }),
})

function pool(name: string, op: typeof tf.maxPool, size: number, settings: PoolingSettings): Layer {
  check(`layer ${name}`, schema, { size, settings })
  const { stride = size, padding: around = 'valid' } = settings
  return plain((x) => op(x as tf.Tensor4D, size, stride, around), {
    wire: (_, x) => ({ ...windowed(name, x, size, stride, around), channels: x.channels }),
  })
}
