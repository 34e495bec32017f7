import * as tf from '@tensorflow/tfjs-core'
import { plain, type Layer } from './layer.ts'

/** Images to rows: [batch, height, width, channels] → [batch, height · width · channels]. */
export function flatten(): Layer {
  return plain((x) => tf.reshape(x, [x.shape[0], x.size / x.shape[0]]), {
    wire: (_, { height, width, channels }) => ({
      height: 1,
      width: 1,
      channels: Array.from({ length: height * width }, () => channels).flat(),
    }),
    step: { kind: 'same' },
  })
}
