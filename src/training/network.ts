import * as tf from '@tensorflow/tfjs-core'
import type { ForwardOutputs, Model, Parameters } from '../plugin/index.ts'
import type { DatasetDescription } from '../values/dataset.ts'
import type { NamedTensors, TensorSpec } from '../values/host-tensor.ts'

/** Parameters as a program's inputs. */
export function parameterSpecs(model: Model): Readonly<Record<string, TensorSpec>> {
  return Object.fromEntries(
    model.parameters.map((p) => [p.name, { dtype: 'float32', shape: p.shape } as const]),
  )
}

/** The parameters a mask covers, in the model's order. */
export function maskableNames(model: Model): readonly string[] {
  return model.parameters.filter((p) => p.maskable).map((p) => p.name)
}

/**
 * Bytes to normalised images: (x / 255 − mean) / std per channel, as one multiplication and one addition.
 * Computed on rows of pixels: engines walk a last axis as short as the channels element by element.
 */
export function normalise(
  pixels: tf.Tensor,
  data: Pick<DatasetDescription, 'shape' | 'mean' | 'std'>,
): tf.Tensor4D {
  const [height, width, channels] = data.shape
  const images = pixels.size / (height * width * channels)
  const rows = tf.reshape(tf.cast(pixels, 'float32'), [images, height * width * channels])
  const scale = data.std.map((std) => 1 / (255 * std))
  const shift = data.std.map((std, c) => -(data.mean[c] as number) / std)
  const perPixel = (values: readonly number[]) =>
    channels === 1 ? tf.scalar(values[0] as number) : tf.tile(tf.tensor1d([...values]), [height * width])
  const normal = tf.add(tf.mul(rows, perPixel(scale)), perPixel(shift))
  return tf.reshape(normal, [images, height, width, channels])
}

/** Mean cross-entropy of a batch; `output` is logits or log-probabilities (log-softmax does not change the latter). */
export function crossEntropy(output: tf.Tensor2D, labels: tf.Tensor1D): tf.Scalar {
  const classes = output.shape[1]
  const truth = tf.oneHot(labels, classes)
  return tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(output), tf.cast(truth, 'float32')), 1)))
}

/** Loss and the gradient of every parameter. */
export function lossAndGradients(
  model: Model,
  params: Parameters,
  x: tf.Tensor4D,
  labels: tf.Tensor1D,
): { loss: tf.Scalar; gradients: Record<string, tf.Tensor> } {
  const names = model.parameters.map((p) => p.name)
  const loss = (...weights: tf.Tensor[]) => {
    const named = Object.fromEntries(names.map((name, i) => [name, weights[i] as tf.Tensor]))
    return crossEntropy(outputOf(model.forward({ params: named, buffers: {}, x, training: null })), labels)
  }
  const { value, grads } = tf.valueAndGrads(loss)(names.map((name) => params[name] as tf.Tensor))
  return {
    loss: value,
    gradients: Object.fromEntries(names.map((name, i) => [name, grads[i] as tf.Tensor])),
  }
}

/** What a network says, with or without buffers that it changes. */
export function outputOf(result: tf.Tensor2D | ForwardOutputs): tf.Tensor2D {
  return result instanceof tf.Tensor ? result : result.output
}

/** Weights × mask, for the parameters that have one. */
export function masked(params: NamedTensors, masks: NamedTensors): NamedTensors {
  return Object.fromEntries(
    Object.entries(params).map(([name, tensor]) => {
      const mask = masks[name]
      if (!mask) return [name, tensor]
      const data = Float32Array.from(tensor.data, (w, i) => (mask.data[i] === 0 ? 0 : w))
      return [name, { dtype: 'float32', shape: tensor.shape, data } as const]
    }),
  )
}
