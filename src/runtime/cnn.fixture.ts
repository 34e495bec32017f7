import * as tf from '@tensorflow/tfjs-core'
import type { TensorSpec } from '../values/host-tensor.ts'
import { f32, i32 } from './parity.fixture.ts'

export type Tensors = Readonly<Record<string, tf.Tensor>>

const SIZE = 8
const CLASSES = 4
const EPSILON = 1e-5
const MOMENTUM = 0.9

/** Two convolutions with batch-norm after the first, and a dense layer. */
export const cnnParams: Readonly<Record<string, TensorSpec>> = {
  'conv1.filter': f32(3, 3, 2, 5),
  'conv1.bias': f32(5),
  'norm.scale': f32(5),
  'norm.offset': f32(5),
  'conv2.filter': f32(3, 3, 5, 6),
  'conv2.bias': f32(6),
  'dense.weight': f32(CLASSES, 6 * 16),
  'dense.bias': f32(CLASSES),
}

/** Running means and variances of the batch-norm. */
export const cnnStatistics: Readonly<Record<string, TensorSpec>> = { mean: f32(5), variance: f32(5) }

export const cnnBatch = (images: number) => ({ x: f32(images, SIZE, SIZE, 2), labels: i32(images) })

interface Forward {
  readonly logits: tf.Tensor
  readonly statistics: Tensors
  /** Everything that goes into a ReLU or a max-pooling, where slopes may jump. */
  readonly kinks: readonly tf.Tensor[]
}

/** With batch-norm from the batch's own moments. */
export function cnnForward(params: Tensors, x: tf.Tensor): Forward {
  const get = (name: string): never => params[name] as never
  const first = tf.add(tf.conv2d(x as tf.Tensor4D, get('conv1.filter'), 1, 'same'), get('conv1.bias'))
  const { mean, variance } = tf.moments(tf.relu(first), [0, 1, 2])
  const centred = tf.sub(tf.relu(first), mean)
  const normal = tf.div(centred, tf.sqrt(tf.add(variance, EPSILON)))
  const h = tf.add(tf.mul(normal, get('norm.scale')), get('norm.offset'))
  const second = tf.add(tf.conv2d(h as tf.Tensor4D, get('conv2.filter'), 2, 'same'), get('conv2.bias'))
  const flat = tf.reshape(tf.relu(second), [x.shape[0], -1])
  const logits = tf.add(tf.matMul(flat, get('dense.weight'), false, true), get('dense.bias'))
  return { logits, statistics: { mean, variance }, kinks: [first, second] }
}

/** Loss and gradients of one batch, and the running statistics after it. */
export function cnnGradients(
  params: Tensors,
  statistics: Tensors,
  x: tf.Tensor,
  labels: tf.Tensor,
): { loss: tf.Tensor; gradients: Record<string, tf.Tensor>; statistics: Record<string, tf.Tensor> } {
  const names = Object.keys(params)
  const named = (list: readonly tf.Tensor[]): Record<string, tf.Tensor> =>
    Object.fromEntries(names.map((name, i) => [name, list[i] as tf.Tensor]))
  const { value, grads } = tf.valueAndGrads((...given: tf.Tensor[]) => {
    const logp = tf.logSoftmax(cnnForward(named(given), x).logits)
    return tf.neg(tf.mean(tf.sum(tf.mul(logp, tf.cast(tf.oneHot(labels, CLASSES), 'float32')), 1)))
  })(names.map((name) => params[name] as tf.Tensor))
  const batch = cnnForward(params, x).statistics
  const next = Object.entries(statistics).map(([name, old]) => [
    name,
    tf.add(tf.mul(old, MOMENTUM), tf.mul(batch[name] as tf.Tensor, 1 - MOMENTUM)),
  ])
  return {
    loss: value,
    gradients: named(grads),
    statistics: Object.fromEntries(next) as Record<string, tf.Tensor>,
  }
}

/** Inference: batch-norm with the running statistics. */
export function cnnInfer(params: Tensors, statistics: Tensors, x: tf.Tensor): tf.Tensor {
  const get = (name: string): never => params[name] as never
  const first = tf.add(tf.conv2d(x as tf.Tensor4D, get('conv1.filter'), 1, 'same'), get('conv1.bias'))
  const h = tf.batchNorm(
    tf.relu(first) as tf.Tensor4D,
    statistics['mean'] as tf.Tensor1D,
    statistics['variance'] as tf.Tensor1D,
    get('norm.offset'),
    get('norm.scale'),
    EPSILON,
  )
  const pooled = tf.maxPool(tf.conv2d(h, get('conv2.filter'), 1, 'valid'), 2, 2, 'same')
  return tf.mean(tf.add(pooled, get('conv2.bias')), [1, 2])
}

/** Training with momentum, for a loop. */
export function cnnTraining(batch: number) {
  return {
    constants: {},
    carry: { params: cnnParams, velocity: cnnParams, statistics: cnnStatistics },
    each: { ...cnnBatch(batch), rate: f32() },
  }
}

interface TrainingInputs {
  readonly carry: { readonly params: Tensors; readonly velocity: Tensors; readonly statistics: Tensors }
  readonly each: { readonly x: tf.Tensor; readonly labels: tf.Tensor; readonly rate: tf.Tensor }
}

export function cnnStep(inputs: unknown): {
  carry: Record<'params' | 'velocity' | 'statistics', Tensors>
  out: { loss: tf.Tensor; gradients: Tensors }
} {
  const { carry, each } = inputs as TrainingInputs
  const { loss, gradients, statistics } = cnnGradients(carry.params, carry.statistics, each.x, each.labels)
  const params: Record<string, tf.Tensor> = {}
  const velocity: Record<string, tf.Tensor> = {}
  for (const [name, param] of Object.entries(carry.params)) {
    const v = tf.add(tf.mul(carry.velocity[name] as tf.Tensor, 0.9), gradients[name] as tf.Tensor)
    velocity[name] = v
    params[name] = tf.sub(param, tf.mul(v, each.rate))
  }
  return { carry: { params, velocity, statistics }, out: { loss, gradients } }
}
