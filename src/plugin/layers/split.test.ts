import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { stream } from '../../values/random.ts'
import { useReference } from '../network.fixture.ts'
import {
  batchNorm,
  conv2d,
  dense,
  dropout,
  flatten,
  maxPool,
  relu,
  residual,
  sequential,
  type ConvolutionSettings,
  type Layer,
} from './index.ts'
import { outputsOf } from './layer.ts'

beforeAll(useReference)

const normal = (shape: number[], name: string) => {
  const random = stream(1, name)
  const size = shape.reduce((product, n) => product * n, 1)
  return tf.tensor(
    Float32Array.from({ length: size }, () => random.normal()),
    shape,
  )
}

/** The features that go out by the whole, and by the two parts. */
function bothWays(layer: Layer, x: tf.Tensor): readonly (readonly number[])[] {
  const { split, forward } = layer
  if (!split) throw new Error('the layer is in one part')
  const named = (specs: readonly { readonly name: string; readonly shape: readonly number[] }[]) =>
    Object.fromEntries(specs.map(({ name, shape }) => [name, tf.abs(normal([...shape], name))]))
  const rest = { params: named(layer.parameters), buffers: named(layer.buffers), training: null }
  const outputs = [forward({ ...rest, x }), split.finish({ ...rest, x: split.prepare(x) })]
  const [whole, parts] = outputs.map((output) => outputsOf(output).output) as [tf.Tensor, tf.Tensor]
  expect(parts.shape).toEqual(whole.shape)
  return [[...whole.dataSync()], [...parts.dataSync()]]
}

function expectEqualBothWays(layer: Layer, x: tf.Tensor): void {
  const [whole = [], parts = []] = bothWays(layer, x)
  const scale = Math.max(...whole.map(Math.abs))
  expect(scale).toBeGreaterThan(0)
  whole.forEach((v, i) => expect(Math.abs(v - (parts[i] ?? NaN))).toBeLessThanOrEqual(1e-5 * scale))
}

test.each<readonly [string, ConvolutionSettings]>([
  ['as it is', {}],
  ['without bias', { bias: false }],
  ['of single pixels', { kernel: 1 }],
  ['of single pixels, every second', { kernel: 1, stride: 2 }],
  ['of even size, with the odd zeros below', { kernel: 2, padding: 'same' }],
  ['with strides that leave out the last pixels', { kernel: 3, stride: 2 }],
  ['with strides and zeros around', { kernel: 3, stride: 2, padding: 'same' }],
  ['with many zeros around', { kernel: 5, stride: 3, padding: 4 }],
  ['of the whole image', { kernel: 6 }],
])('a convolution %s is equal in two parts', (_, settings) => {
  expectEqualBothWays(conv2d('conv', 3, 5, settings), normal([4, 6, 7, 3], 'images'))
})

test('a row of layers is in the two parts of its first', () => {
  const block = sequential(
    sequential(conv2d('conv1', 2, 4, { padding: 'same' }), relu(), dropout('drop', 4), batchNorm('norm', 4)),
    maxPool(2),
    residual(conv2d('conv2', 4, 4, { padding: 'same' })),
    flatten(),
    dense('dense', 4 * 3 * 3, 3),
  )
  expect(block.split?.whole).toBe(block.forward)
  expectEqualBothWays(block, normal([3, 6, 6, 2], 'images'))
})

test('other first layers are in one part', () => {
  const convolution = conv2d('conv', 2, 2, { padding: 'same' })
  for (const first of [flatten(), relu(), batchNorm('norm', 2), residual(convolution), sequential()])
    expect(sequential(first, convolution).split).toBeUndefined()
  expect(sequential().split).toBeUndefined()
})
