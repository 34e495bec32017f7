import * as tf from '@tensorflow/tfjs-core'
import type { ForwardInputs, ForwardOutputs, Model, Parameters } from '../plugin/index.ts'
import { closest } from '../values/closest.ts'
import type { DatasetDescription } from '../values/dataset.ts'
import type { NamedTensors } from '../values/host-tensor.ts'
import { Problem } from '../values/problem.ts'
import type { TrainingSettings } from '../values/training-settings.ts'
import type { Network } from './network-tensors.ts'

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

/** What `normalise` freezes into a program, as a text. */
export function pixelsText({ shape, mean, std }: Pick<DatasetDescription, 'shape' | 'mean' | 'std'>): string {
  return [shape, mean, std].map((numbers) => numbers.join()).join(';')
}

/** Mean cross-entropy of a batch; `output` is logits or log-probabilities (log-softmax does not change the latter). */
export function crossEntropy(output: tf.Tensor2D, labels: tf.Tensor1D): tf.Scalar {
  const classes = output.shape[1]
  const truth = tf.oneHot(labels, classes)
  return tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(output), tf.cast(truth, 'float32')), 1)))
}

/** What a network says before probabilities are made of it. */
export function logitsOf({
  forward,
  logits,
}: Model): (inputs: ForwardInputs) => tf.Tensor2D | ForwardOutputs {
  return logits?.whole === forward ? logits.forward : forward
}

/** What a network says of normalised images in inference: running statistics, no randomness. */
export function infer(
  model: Model,
  { params, buffers }: Network<tf.Tensor>,
  x: tf.Tensor4D,
): { output: tf.Tensor2D; activations: number } {
  return measured(() => model.forward({ params, buffers, x, training: null }))
}

/** The same from what the model's first part made of normalised images. */
export function inferPrepared(
  split: NonNullable<Model['split']>,
  { params, buffers }: Network<tf.Tensor>,
  x: tf.Tensor,
): { output: tf.Tensor2D; activations: number } {
  return measured(() => split.finish({ params, buffers, x, training: null }))
}

/** One batch's loss and what follows from it. */
export interface Gradients {
  readonly loss: tf.Scalar
  /** Of every parameter. */
  readonly gradients: Record<string, tf.Tensor>
  /** All buffers, those that changed as they are after the step. */
  readonly buffers: Parameters
  /** Bytes of the tensors that the forward pass leaves: about what the whole program takes (measured). */
  readonly activations: number
}

/** The losses that settings name; arguments as `crossEntropy`'s. */
const losses: Readonly<Record<NonNullable<TrainingSettings['loss']> | 'cross-entropy', typeof crossEntropy>> =
  {
    'cross-entropy': crossEntropy,
    'double-softmax': (output, labels) => crossEntropy(tf.softmax(output), labels),
  }

/** Loss, gradients and next buffers; in inference mode where `training` is null. */
export function lossAndGradients(
  model: Model,
  network: Network<tf.Tensor>,
  batch: { readonly x: tf.Tensor4D; readonly labels: tf.Tensor1D },
  training: tf.Scalar | null,
  loss?: TrainingSettings['loss'],
): Gradients {
  const names = model.parameters.map((p) => p.name)
  const kept: Record<string, tf.Tensor> = {}
  let activations = 0
  const lossOf = (...weights: tf.Tensor[]) => {
    const params = Object.fromEntries(names.map((name, i) => [name, weights[i] as tf.Tensor]))
    const outputs = measured(() => model.forward({ params, buffers: network.buffers, x: batch.x, training }))
    for (const [name, buffer] of Object.entries(outputs.buffers)) {
      checkKnown(model, name)
      // Everything else that is made in here is freed with the tape. A copy of the handle: it may be an input.
      kept[name] = tf.keep(tf.clone(buffer))
    }
    activations = outputs.activations
    return losses[loss ?? 'cross-entropy'](outputs.output, batch.labels)
  }
  try {
    const { value, grads } = tf.valueAndGrads(lossOf)(names.map((name) => network.params[name] as tf.Tensor))
    return {
      loss: value,
      gradients: Object.fromEntries(names.map((name, i) => [name, grads[i] as tf.Tensor])),
      // Handles of the caller's scope, which frees them.
      buffers: Object.fromEntries(
        Object.entries(network.buffers).map(([name, old]) => [name, kept[name] ? tf.clone(kept[name]) : old]),
      ),
      activations,
    }
  } finally {
    tf.dispose(kept)
  }
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

/** What a forward pass gives, and the bytes of the tensors it leaves. */
export function measured(
  forward: () => tf.Tensor2D | ForwardOutputs,
): ForwardOutputs & { activations: number } {
  const before = tf.memory().numBytes
  const result = forward()
  const outputs = 'dataId' in result ? { output: result, buffers: {} } : result
  return { ...outputs, activations: tf.memory().numBytes - before }
}

function checkKnown(model: Model, name: string): void {
  const names = model.buffers.map((buffer) => buffer.name)
  if (names.includes(name)) return
  const meant = closest(name, names)
  throw new Problem(
    'usage',
    `the model's forward returns the buffer ${name}, which the model does not have`,
    {
      hint: `${meant === undefined ? '' : `did you mean ${meant}? `}the model's buffers are: ${names.join(', ') || 'none'}`,
    },
  )
}
