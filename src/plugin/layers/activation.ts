import * as tf from '@tensorflow/tfjs-core'
import { plain, type Layer } from './layer.ts'

/** max(x, 0), entry by entry. */
export function relu(): Layer {
  return plain(tf.relu, { step: { kind: 'relu' } })
}

/** Log-probabilities over the last axis. */
export function logSoftmax(): Layer {
  return overClasses(tf.logSoftmax)
}

/** Probabilities over the last axis. */
export function softmax(): Layer {
  return overClasses(tf.softmax)
}

/** Reads all channels to make each: none can go without changing what the others say. */
function overClasses(apply: (x: tf.Tensor) => tf.Tensor): Layer {
  return plain((x) => apply(x), {
    wire: (wiring, x) => {
      wiring.unite(
        x.channels,
        x.channels.map(() => null),
      )
      return x
    },
    step: { kind: 'order' },
  })
}
