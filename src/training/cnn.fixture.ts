import * as tf from '@tensorflow/tfjs-core'
import type { Model } from '../plugin/index.ts'
import type { Dataset, Examples } from '../values/dataset.ts'
import { float32, sizeOf, type NamedTensors, type Shape } from '../values/host-tensor.ts'
import { RANDOM_MASK } from '../values/random-mask.ts'

/** sin(a·i + b) · c + d for the i-th entry: numbers that any program can make. */
type Waves = readonly [a: number, b: number, c: number, d: number]

const KERNEL = 3
const FILTERS = 4
const CLASSES = 3
const IMAGE = [6, 6, 2] as const
const EPSILON = 1e-5
const MOMENTUM = 0.1

const waves: Readonly<Record<string, readonly [Shape, Waves]>> = {
  'conv/filter': [
    [KERNEL, KERNEL, 2, FILTERS],
    [1.7, 0.3, 0.3, 0],
  ],
  'conv/bias': [[FILTERS], [2.1, 0.5, 0.1, 0]],
  'norm/scale': [[FILTERS], [1.3, 0.2, 0.2, 1]],
  'norm/offset': [[FILTERS], [0.9, 0.7, 0.2, 0]],
  'dense/weight': [
    [CLASSES, 16 * FILTERS],
    [1.1, 0.4, 0.2, 0],
  ],
  'dense/bias': [[CLASSES], [0.7, 0.1, 0.1, 0]],
}
const buffers: Readonly<Record<string, (i: number) => number>> = {
  'norm/mean': () => 0,
  'norm/variance': () => 1,
  'drop/channels': (i) => i,
}

function wave(shape: Shape, [a, b, c, d]: Waves): Float32Array {
  return Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.fround(Math.sin(a * i + b)) * c + d)
}

/**
 * A convolution, ReLU, dropout, batch-norm and a dense layer, of plain tfjs operations. One of its buffers is never
 * changed. With a rate of 0 nothing is drawn, and its step's key is not read.
 */
export function smallCnn(rate: number): Model {
  return {
    kind: 'model',
    summary: 'A small convolutional network.',
    input: IMAGE,
    classes: CLASSES,
    parameters: Object.entries(waves).map(([name, [shape, numbers]]) => ({
      name,
      shape,
      maskable: name === 'conv/filter' || name === 'dense/weight',
      init: (given) => wave(given, numbers),
    })),
    buffers: Object.entries(buffers).map(([name, value]) => ({
      name,
      shape: [FILTERS],
      init: (given) => Float32Array.from({ length: sizeOf(given) }, (_, i) => value(i)),
    })),
    forward: ({ params, buffers: before, x, training }) => {
      const get = (name: string): never => (params[name] ?? before[name]) as never
      const convolved = tf.add(tf.conv2d(x, get('conv/filter'), 1, 'valid'), get('conv/bias'))
      const h = dropped(tf.relu(convolved), get('drop/channels'), rate, training)
      const rows = h.size / (h.shape.at(-1) ?? 1)
      const { mean, variance } = training
        ? tf.moments(h, [0, 1, 2])
        : { mean: get('norm/mean'), variance: get('norm/variance') }
      const normal = tf.div(tf.sub(h, mean), tf.sqrt(tf.add(variance, EPSILON)))
      const scaled = tf.add(tf.mul(normal, get('norm/scale')), get('norm/offset'))
      const flat = tf.reshape(scaled, [x.shape[0], -1])
      const output: tf.Tensor2D = tf.add(tf.matMul(flat, get('dense/weight'), false, true), get('dense/bias'))
      if (!training) return output
      const running = (old: tf.Tensor, now: tf.Tensor) =>
        tf.add(tf.mul(old, 1 - MOMENTUM), tf.mul(now, MOMENTUM))
      return {
        output,
        buffers: {
          'norm/mean': running(get('norm/mean'), mean),
          'norm/variance': running(get('norm/variance'), tf.mul(variance, rows / (rows - 1))),
        },
      }
    },
  }
}

/** The fixed buffer numbers the channels: a pruned network keeps the numbers of those it has left. */
function dropped(h: tf.Tensor, channels: tf.Tensor, rate: number, training: tf.Scalar | null): tf.Tensor {
  if (!training || rate === 0) return h
  const mask: tf.Tensor = tf
    .engine()
    .runKernel(RANDOM_MASK, { key: training, channels }, { rows: h.size / channels.size, salt: 1, rate })
  return tf.mul(h, tf.reshape(mask, h.shape))
}

/** The network tensors that a model begins with. */
export function initialNetwork(model: Model): NamedTensors {
  return Object.fromEntries([
    ...model.parameters.map(
      ({ name, shape, init }) => [name, float32(shape, init(shape, undefined as never))] as const,
    ),
    ...model.buffers.map(({ name, shape, init }) => [name, float32(shape, init(shape))] as const),
  ])
}

/** Images without a pattern, and labels. */
export function drawnExamples(count: number): Examples {
  return {
    count,
    images: Uint8Array.from({ length: count * sizeOf(IMAGE) }, (_, i) => i * 37 + 11 * Math.floor(i / 5)),
    labels: Uint8Array.from({ length: count }, (_, i) => (i * i + Math.floor(i / 3)) % CLASSES),
  }
}

export function drawnDataset(train: number, test: number): Dataset {
  return {
    name: 'drawn',
    shape: IMAGE,
    classes: CLASSES,
    mean: [0.4, 0.5],
    std: [0.2, 0.3],
    size: { train, test },
    train: drawnExamples(train),
    test: drawnExamples(test),
  }
}

/** The network without some filters: deleted from its convolution, all that follows them, and what reads them. */
export function withoutFilters(network: NamedTensors, deleted: readonly number[]): NamedTensors {
  const last = (index: number) => index % FILTERS
  return Object.fromEntries(
    Object.entries(network).map(([name, { shape, data }]) => {
      if (name === 'dense/bias') return [name, float32(shape, data as Float32Array)]
      // Filters are the last axis everywhere, also in the dense layer's columns.
      const kept = (data as Float32Array).filter((_, i) => !deleted.includes(last(i)))
      const share = (FILTERS - deleted.length) / FILTERS
      return [name, float32([...shape.slice(0, -1), (shape.at(-1) ?? 0) * share], kept)]
    }),
  )
}
