import type * as tf from '@tensorflow/tfjs-core'

/**
 * The axes along which one filter's weights lie: all but that of the filters themselves, which is the last of a
 * convolution's [height, width, in, out] and the first of a fully connected layer's [out, in].
 */
export function filterAxes(weights: tf.Tensor): number[] {
  return weights.rank === 2 ? [1] : Array.from({ length: weights.rank - 1 }, (_, axis) => axis)
}
