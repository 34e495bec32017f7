import * as tf from '@tensorflow/tfjs-core'
import { sizeOf } from '../../values/host-tensor.ts'
import { Problem } from '../../values/problem.ts'
import type { BufferSpec, ParameterSpec } from '../model.ts'
import { ones, zeros } from './initializers.ts'
import { tensorOf, type Layer } from './layer.ts'

export interface BatchNormSettings {
  /** Share of a batch's statistics in the running ones; default .1. */
  readonly momentum?: number
  /** Added to variances; default 1e-5. */
  readonly epsilon?: number
}

/**
 * Batch normalisation over all but the last axis (Ioffe & Szegedy 2015), with PyTorch's meaning: training normalises by
 * the batch's mean and biased variance and moves the running statistics towards the mean and the unbiased variance.
 */
export function batchNorm(name: string, channels: number, settings: BatchNormSettings = {}): Layer {
  const { momentum = 0.1, epsilon = 1e-5 } = settings
  const trained = (role: string, init: ParameterSpec['init']): ParameterSpec => ({
    name: `${name}/${role}`,
    shape: [channels],
    init,
    maskable: false,
  })
  const running = (role: string, init: BufferSpec['init']): BufferSpec => ({
    name: `${name}/${role}`,
    shape: [channels],
    init,
  })
  const scale = trained('scale', ones)
  const offset = trained('offset', zeros)
  const mean = running('mean', zeros)
  const variance = running('variance', ones)
  const follow = (old: tf.Tensor, batch: tf.Tensor) =>
    tf.add(tf.mul(old, 1 - momentum), tf.mul(batch, momentum))
  return {
    parameters: [scale, offset],
    buffers: [mean, variance],
    forward: ({ params, buffers, x, training }) => {
      const slope = tensorOf(params, scale.name)
      const shift = tensorOf(params, offset.name)
      const known = { mean: tensorOf(buffers, mean.name), variance: tensorOf(buffers, variance.name) }
      if (training === null) return scaled(x, known, slope, shift, epsilon)
      const values = sizeOf(x.shape.slice(0, -1))
      if (values < 2)
        throw new Problem('usage', `${name} has one value per channel to normalise in training`, {
          hint: 'Train with a batch size of at least 2.',
        })
      const batch = tf.moments(x, axesOf(x))
      return {
        output: scaled(x, batch, slope, shift, epsilon),
        buffers: {
          [mean.name]: follow(known.mean, batch.mean),
          [variance.name]: follow(known.variance, tf.mul(batch.variance, values / (values - 1))),
        },
      }
    },
    wire: (wiring, x) => {
      for (const { name: tensor } of [scale, offset, mean, variance])
        wiring.bind(tensor, 0, 'output', x.channels)
      wiring.operation('scale', scale.name, x.height * x.width)
      return x
    },
  }
}

interface Moments {
  readonly mean: tf.Tensor
  readonly variance: tf.Tensor
}

/** (x − mean) / √(variance + epsilon) · scale + offset, as one multiplication and one addition of what is large. */
function scaled(
  x: tf.Tensor,
  { mean, variance }: Moments,
  scale: tf.Tensor,
  offset: tf.Tensor,
  epsilon: number,
): tf.Tensor {
  const slope = tf.div(scale, tf.sqrt(tf.add(variance, epsilon)))
  return tf.add(tf.mul(x, slope), tf.sub(offset, tf.mul(mean, slope)))
}

function axesOf(x: tf.Tensor): number[] {
  return Array.from({ length: x.rank - 1 }, (_, axis) => axis)
}
