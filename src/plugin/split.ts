import type * as tf from '@tensorflow/tfjs-core'

/**
 * A forward pass in two parts, in inference: the first reads no parameter or buffer, so that what it makes of images can
 * be kept while those change.
 */
export interface Split<Inputs extends { readonly x: tf.Tensor }, Outputs> {
  /** What the second part needs of the features that come in. */
  readonly prepare: (x: tf.Tensor) => tf.Tensor
  /** The second part; `x` is what `prepare` gave. Equal to the whole but for rounding. */
  readonly finish: (inputs: Omit<Inputs, 'x'> & { readonly x: tf.Tensor }) => Outputs
  /** The whole. A model that was given another `forward` is not what the two parts make up. */
  readonly whole: (inputs: Inputs) => Outputs
}
