import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { float32, type HostTensor, type NamedTensors } from '../../values/host-tensor.ts'
import { Problem } from '../../values/problem.ts'
import { stream } from '../../values/random.ts'
import { useReference } from '../network.fixture.ts'
import {
  averagePool,
  batchNorm,
  conv2d,
  dense,
  dropout,
  flatten,
  globalAveragePool,
  glorotNormal,
  kaimingNormal,
  maxPool,
  relu,
  residual,
  sequential,
  softmax,
  subsample,
  type Layer,
  type LayerOutputs,
} from './index.ts'

beforeAll(useReference)

const series = (length: number, value: (i: number) => number) =>
  Float32Array.from({ length }, (_, i) => value(i))
const tensor = (shape: number[], value: (i: number) => number) =>
  tf.tensor(
    series(
      shape.reduce((a, b) => a * b, 1),
      value,
    ),
    shape,
  )
const step = (key: number) => tf.scalar(key, 'int32')

/** A layer with its tensors by name, those that are not given as they are at the beginning. */
function apply(
  layer: Layer,
  x: tf.Tensor,
  given: Readonly<Record<string, tf.Tensor>> = {},
  training: tf.Scalar | null = null,
): LayerOutputs {
  const params = layer.parameters.map(({ name, shape, init }) => [
    name,
    given[name] ?? tf.tensor(init(shape, stream(1, name)), [...shape]),
  ])
  const buffers = layer.buffers.map(({ name, shape, init }) => [
    name,
    given[name] ?? tf.tensor(init(shape), [...shape]),
  ])
  const result = layer.forward({
    params: Object.fromEntries(params) as Record<string, tf.Tensor>,
    buffers: Object.fromEntries(buffers) as Record<string, tf.Tensor>,
    x,
    training,
  })
  return result instanceof tf.Tensor ? { output: result, buffers: {} } : result
}

function expectClose(found: tf.Tensor, expected: readonly number[], digits = 5): void {
  const values = found.dataSync()
  expect(values).toHaveLength(expected.length)
  expected.forEach((value, i) => expect(values[i]).toBeCloseTo(value, digits))
}

describe('batch-norm does what PyTorch 1.13 does', () => {
  const layer = batchNorm('norm', 2)
  const x = () => tensor([2, 2, 3, 2], (i) => 2 * Math.sin(1.7 * i))
  const given = () => ({
    'norm/scale': tf.tensor1d([1.5, -0.5]),
    'norm/offset': tf.tensor1d([0.25, 2]),
    'norm/mean': tf.tensor1d([0.5, -1]),
    'norm/variance': tf.tensor1d([2, 0.5]),
  })

  test('in inference, with its running statistics', () => {
    const { output, buffers } = apply(layer, x(), given())
    expectClose(
      tf.slice(tf.reshape(output, [24]), 0, 6),
      [-0.280329, -0.109512, -0.822412, 2.602187, 0.767841, 0.16368],
    )
    expect(buffers).toEqual({})
  })

  test('in training, with those of the batch, which the running ones follow', () => {
    const { output, buffers } = apply(layer, x(), given(), step(1))
    expectClose(
      output,
      [
        0.276393, 1.349217, -0.262369, 2.724022, 1.318141, 1.487722, -1.199166, 2.503421, 2.087779, 1.775769,
        -1.750539, 2.167056, 2.384274, 2.138117, -1.772467, 1.802786, 2.13018, 2.480119, -1.259223, 1.505761,
        1.391867, 2.712444, -0.344869, 1.353565,
      ],
    )
    expectClose(buffers['norm/mean'] as tf.Tensor, [0.447496, -0.8832])
    expectClose(buffers['norm/variance'] as tf.Tensor, [2.02088, 0.66221])
    const rows = apply(layer, tf.reshape(x(), [12, 2]), given(), step(1))
    expectClose(rows.output, [...output.dataSync()])
  })

  test('in its gradients', () => {
    const { 'norm/scale': scale, 'norm/offset': offset, ...running } = given()
    const weights = tensor([2, 2, 3, 2], (i) => Math.cos(0.9 * i))
    const loss = (...args: tf.Tensor[]) => {
      const [x, scale, offset] = args as [tf.Tensor, tf.Tensor, tf.Tensor]
      const tensors = { ...running, 'norm/scale': scale, 'norm/offset': offset }
      return tf.sum(tf.mul(apply(layer, x, tensors, step(1)).output, weights))
    }
    const [dx, dScale, dOffset] = tf.grads(loss)([x(), scale, offset]) as [tf.Tensor, tf.Tensor, tf.Tensor]
    expectClose(
      dx,
      [
        0.956321, -0.213049, -0.33693, 0.328565, -1.043966, 0.084825, 0.572365, -0.353124, 0.542066, 0.095448,
        -1.056753, 0.325391, -0.304316, -0.225424, 0.957302, -0.20524, -0.373154, 0.33448, -1.025762, 0.07293,
        0.597382, -0.35353, 0.515446, 0.108727,
      ],
    )
    expectClose(dScale, [0.013149, 0.064908])
    expectClose(dOffset, [1.113507, 0.243353])
  })

  test('but it refuses a batch without a variance', () => {
    expect(() =>
      apply(
        layer,
        tensor([1, 2], (i) => i),
        given(),
        step(1),
      ),
    ).toThrow(Problem)
    expect(() =>
      apply(
        layer,
        tensor([1, 2], (i) => i),
        given(),
      ),
    ).not.toThrow()
  })
})

test.each([
  [1, 'valid', [2, 2], [-3.502342, -5.80622, 3.437794, 5.256548, 1.584356, -5.321602, -1.903808, 3.317115]],
  [2, 1, [2, 2], [2.103897, -1.62007, 3.920644, 1.789386, 3.290395, 4.739522, -1.903808, 3.317115]],
  [1, 'same', [4, 4], [2.103897, -1.62007, -2.888475, -1.748533, 3.920644, 1.789386, -0.839264, -3.429073]],
] as const)(
  'a convolution with stride %d and padding %s is the one of PyTorch 1.13',
  (stride, padding, size, first) => {
    const layer = conv2d('conv', 2, 2, { stride, padding })
    const { output } = apply(
      layer,
      tensor([1, 4, 4, 2], (i) => Math.sin(1.7 * i)),
      {
        'conv/weight': tensor([3, 3, 2, 2], (i) => Math.cos(1.1 * i)),
        'conv/bias': tf.tensor1d([0.5, -0.5]),
      },
    )
    expect(output.shape).toEqual([1, ...size, 2])
    expectClose(tf.slice(tf.reshape(output, [-1]), 0, 8), first)
  },
)

describe('dropout', () => {
  const layer = dropout('drop', 8, 0.3)
  const x = () => tf.ones([4, 9, 9, 8])

  test('passes everything in inference', () => {
    const images = x()
    expect(apply(layer, images).output).toBe(images)
  })

  test('drops a share of the entries in training and keeps the mean', () => {
    const values = apply(layer, x(), {}, step(1)).output.dataSync()
    expect(new Set(values)).toEqual(new Set([0, Math.fround(1 / 0.7)]))
    const dropped = values.filter((value) => value === 0).length / values.length
    // Five standard deviations of a binomial share.
    expect(Math.abs(dropped - 0.3)).toBeLessThan(5 * Math.sqrt((0.3 * 0.7) / values.length))
  })

  test('draws anew in every step and every layer', () => {
    const drawn = (of: Layer, key: number) => apply(of, x(), {}, step(key)).output.dataSync()
    expect(drawn(layer, 1)).toEqual(drawn(layer, 1))
    expect(drawn(layer, 1)).not.toEqual(drawn(layer, 2))
    expect(drawn(layer, 1)).not.toEqual(drawn(dropout('other', 8, 0.3), 1))
  })

  test('draws for the channels that are left what it drew for them among all', () => {
    const images = tensor([2, 3, 3, 8], (i) => i + 1)
    const kept = tf.tensor1d([1, 4, 7], 'int32')
    const all = apply(layer, images, {}, step(5)).output
    const few = apply(
      layer,
      tf.gather(images, kept, 3),
      { 'drop/channels': tf.cast(kept, 'float32') },
      step(5),
    )
    expect(few.output.dataSync()).toEqual(tf.gather(all, kept, 3).dataSync())
  })

  test('passes gradients where it passes values', () => {
    const images = tensor([2, 3, 3, 8], (i) => i + 1)
    const gradient = tf.grad((x) => apply(layer, x, {}, step(5)).output)(images)
    const output = apply(layer, images, {}, step(5)).output
    expectClose(gradient, [...tf.div(output, images).dataSync()])
  })

  test('has a rate below 1', () => {
    expect(() => dropout('drop', 8, 1)).toThrow(/rate of drop is 1/)
    expect(() => dropout('drop', 8, Number.NaN)).toThrow(Problem)
  })
})

test('poolings look at windows, channel by channel', () => {
  const x = () => tf.tensor4d([1, -1, 2, -2, 5, -5, 4, -4, 3, -3, 0, 9], [1, 2, 3, 2])
  expectClose(apply(maxPool(2, { stride: 1 }), x()).output, [4, -1, 5, 9])
  expectClose(apply(averagePool(2), x()).output, [2.5, -2.5])
  expectClose(apply(globalAveragePool(), x()).output, [2.5, -1])
  expect(apply(globalAveragePool(), x()).output.shape).toEqual([1, 2])
  expect(apply(maxPool(2, { padding: 'same' }), x()).output.shape).toEqual([1, 1, 2, 2])
})

test('a shortcut takes every other pixel and adds channels of zeros, and passes gradients back', () => {
  const x = tensor([1, 3, 3, 2], (i) => i + 1)
  const layer = subsample('short', 2, 3, 2)
  expectClose(apply(layer, x).output, [1, 2, 0, 5, 6, 0, 13, 14, 0, 17, 18, 0])
  const gradient = tf.grad((x) => apply(layer, x).output)(x)
  expectClose(gradient, [1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1])
})

test('a sequential is a layer: its layers in a row, with what they own and the buffers they change', () => {
  const inner = sequential(flatten(), dense('fc', 4, 2), batchNorm('norm1', 2))
  const outer = sequential(inner, residual(sequential(relu(), batchNorm('norm2', 2))), softmax())
  expect(outer.parameters.map(({ name }) => name)).toEqual([
    'fc/weight',
    'fc/bias',
    'norm1/scale',
    'norm1/offset',
    'norm2/scale',
    'norm2/offset',
  ])
  expect(outer.buffers.map(({ name }) => name)).toEqual([
    'norm1/mean',
    'norm1/variance',
    'norm2/mean',
    'norm2/variance',
  ])
  const x = tensor([3, 2, 2, 1], (i) => Math.sin(i))
  expect(Object.keys(apply(outer, x).buffers)).toEqual([])
  expect(Object.keys(apply(outer, x, {}, step(1)).buffers)).toEqual(outer.buffers.map(({ name }) => name))
  // In inference the second norm is fresh: x / √(1 + ε).
  const before = apply(inner, x).output
  const sum = tf.add(before, tf.div(tf.relu(before), Math.sqrt(1 + 1e-5)))
  expectClose(apply(outer, x).output, [...tf.softmax(sum).dataSync()])
  expect(
    sequential(flatten()).forward({ params: {}, buffers: {}, x, training: null }) instanceof tf.Tensor,
  ).toBe(true)
})

test.each([
  ['kaimingNormal, dense', kaimingNormal, [50, 400], 2 / 400],
  ['kaimingNormal, convolution', kaimingNormal, [3, 3, 40, 60], 2 / 360],
  ['glorotNormal, dense', glorotNormal, [50, 400], 2 / 450],
  ['glorotNormal, convolution', glorotNormal, [3, 3, 40, 60], 2 / 900],
] as const)(
  '%s draws from a normal distribution of the variance of its paper',
  (_, init, shape, variance) => {
    const values = init(shape, stream(1, 'weights'))
    const n = shape.reduce<number>((a, b) => a * b, 1)
    expect(values).toHaveLength(n)
    const moment = (power: number) => values.reduce((sum, w) => sum + w ** power, 0) / n
    // Five standard errors of the first, second and fourth moments of a normal distribution.
    expect(Math.abs(moment(1))).toBeLessThan(5 * Math.sqrt(variance / n))
    expect(Math.abs(moment(2) - variance)).toBeLessThan(5 * variance * Math.sqrt(2 / n))
    expect(Math.abs(moment(4) - 3 * variance ** 2)).toBeLessThan(5 * variance ** 2 * Math.sqrt(96 / n))
  },
)

test('biases are drawn like weights by default, and are zero beside weights with an initialisation of their own', () => {
  const bias = (layer: Layer): NamedTensors =>
    Object.fromEntries(
      layer.parameters
        .filter(({ name }) => name.endsWith('/bias'))
        .map(({ name, shape, init }): [string, HostTensor] => [
          name,
          float32(shape, init(shape, stream(1, name))),
        ]),
    )
  for (const layer of [dense('a', 100, 2000), conv2d('a', 4, 2000, { kernel: 5 })]) {
    const values = [...(bias(layer)['a/bias']?.data ?? [])].map(Math.abs)
    expect(Math.max(...values)).toBeLessThanOrEqual(0.1)
    expect(Math.max(...values)).toBeGreaterThan(0.099)
  }
  expect(bias(dense('a', 2, 3, { init: kaimingNormal }))).toEqual({ 'a/bias': float32([3], [0, 0, 0]) })
  expect(bias(conv2d('a', 2, 3, { init: kaimingNormal }))).toEqual({ 'a/bias': float32([3], [0, 0, 0]) })
  expect(bias(dense('a', 2, 3, { bias: false }))).toEqual({})
})
