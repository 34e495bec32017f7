import * as tf from '@tensorflow/tfjs-core'
import * as v from 'valibot'
import { sizeOf } from '../../values/host-tensor.ts'
import { Problem } from '../../values/problem.ts'
import { check, count, positive, strict, text } from '../checking.ts'
import type { BufferSpec, ParameterSpec } from '../model.ts'
import { ones, zeros } from './initializers.ts'
import { tensorOf, type Layer } from './layer.ts'

export interface BatchNormSettings {
  /** Share of a batch's statistics in the running ones; default .1. */
  readonly momentum?: number
  /** Added to variances; default 1e-5. */
  readonly epsilon?: number
}

const share = v.pipe(v.number(), v.minValue(0, 'must be in [0, 1]'), v.maxValue(1, 'must be in [0, 1]'))
const schema = strict({
  name: text,
  channels: count,
  settings: strict({ momentum: v.optional(share), epsilon: v.optional(positive) }),
})

/**
 * Batch normalisation over all but the last axis (Ioffe & Szegedy 2015), with PyTorch's meaning: training normalises by
 * the batch's mean and biased variance and moves the running statistics towards the mean and the unbiased variance.
 */
export function batchNorm(name: string, channels: number, settings: BatchNormSettings = {}): Layer {
  check(`layer ${name}`, schema, { name, channels, settings })
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
      const axes = Array.from({ length: x.rank - 1 }, (_, axis) => axis)
      const batchMean = tf.mean(x, axes)
      const batchVariance = tf.mean(tf.square(tf.sub(x, batchMean)), axes)
      const batch = { mean: batchMean, variance: batchVariance }
      return {
        output: normalised(x, batch, slope, shift, { epsilon, axes, values }),
        buffers: {
          [mean.name]: follow(known.mean, batchMean),
          [variance.name]: follow(known.variance, tf.mul(batchVariance, values / (values - 1))),
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

/** With known moments: (x − mean) / √(variance + epsilon) · scale + offset, the vectors combined first. */
function scaled(
  x: tf.Tensor,
  { mean, variance }: Moments,
  scale: tf.Tensor,
  offset: tf.Tensor,
  epsilon: number,
): tf.Tensor {
  const slope = tf.mul(scale, tf.rsqrt(tf.add(variance, epsilon)))
  return tf.add(tf.mul(x, slope), tf.sub(offset, tf.mul(mean, slope)))
}

/**
 * With the moments of x itself over `axes`, each of `values` entries. Its gradient takes into account that they depend
 * on x, in the closed form of Ioffe & Szegedy 2015: fewer passes over x than automatic differentiation makes.
 */
function normalised(
  x: tf.Tensor,
  { mean, variance }: Moments,
  scale: tf.Tensor,
  offset: tf.Tensor,
  { epsilon, axes, values }: { epsilon: number; axes: number[]; values: number },
): tf.Tensor {
  return tf.customGrad((...given) => {
    const [x, scale, offset, save] = given as unknown as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc]
    // Written as for the variance, so that a compiled program computes it once.
    const centred = tf.sub(x, mean)
    const reciprocal = tf.rsqrt(tf.add(variance, epsilon))
    save([centred, reciprocal, scale])
    return {
      value: tf.add(tf.mul(centred, tf.mul(reciprocal, scale)), offset),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [centred, reciprocal, scale] = saved as [tf.Tensor, tf.Tensor, tf.Tensor]
        const sum = tf.sum(dy, axes)
        const along = tf.sum(tf.mul(dy, centred), axes)
        const slant = tf.mul(tf.square(reciprocal), tf.div(along, values))
        const rest = tf.sub(tf.sub(dy, tf.div(sum, values)), tf.mul(centred, slant))
        return [tf.mul(rest, tf.mul(reciprocal, scale)), tf.mul(along, reciprocal), sum]
      },
    }
  })(x, scale, offset)
}
