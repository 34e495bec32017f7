import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { sizeOf } from '../values/host-tensor.ts'
import { reachable } from './graph/reachable.ts'
import { expectSame, f32, randomTree, runOn, runtimes } from './parity.fixture.ts'
import { trace } from './trace/trace.ts'

const BATCH = 32
const specs = {
  x: f32(BATCH, 12, 12, 3),
  w1: f32(3, 3, 3, 16),
  b1: f32(16),
  slope1: f32(16),
  shift1: f32(16),
  w2: f32(3, 3, 16, 24),
  b2: f32(24),
  slope2: f32(24),
  shift2: f32(24),
  dense: f32(5, 24 * 64),
  bias: f32(5),
}
type Given = Record<keyof typeof specs, tf.Tensor>
type Padding = 'valid' | 'same'
const four = (t: tf.Tensor): tf.Tensor4D => t as tf.Tensor4D

/** Convolution, bias, ReLU and batch-norm twice, and a dense layer. */
function network(given: Given, padding: Padding): Record<string, tf.Tensor> {
  const { w1, b1, slope1, shift1, w2, b2, slope2, shift2, dense, bias } = given
  const first = tf.relu(tf.add(tf.conv2d(four(given.x), four(w1), 1, 'valid'), b1))
  const normal = tf.add(tf.mul(first, slope1), shift1)
  const second = tf.relu(tf.add(tf.conv2d(four(normal), four(w2), 1, padding), b2))
  const rows = tf.reshape(tf.add(tf.mul(second, slope2), shift2), [BATCH, -1])
  const inner = dense.shape[1] === rows.shape[1] ? rows : tf.slice(rows, [0, 0], [BATCH, dense.shape[1] ?? 0])
  return { y: tf.add(tf.matMul(inner, dense, false, true), bias) }
}

/** Element-wise nodes as large as the images. */
async function passes(fn: (given: Given) => Record<string, tf.Tensor>): Promise<string[]> {
  const { outputs } = await trace('f', specs, fn as never)
  const elementwise = ['unary', 'binary', 'select', 'compare', 'clip', 'cast']
  return reachable(outputs.map((o) => o.leaf))
    .filter((n) => elementwise.includes(n.op.kind) && sizeOf(n.shape) >= BATCH * 64 * 16)
    .map(({ op }) => ('fn' in op ? op.fn : op.kind))
}

test('what is done to channels between convolutions in inference is one pass over the images', async () => {
  expect(await passes((given) => network(given, 'valid'))).toEqual(['max', 'max'])
  const { onnx, cpu } = await runtimes()
  const given = randomTree(specs, 'folding')
  const run = (inputs: Given) => network(inputs, 'valid')
  expectSame(await runOn(onnx, specs, given, run), await runOn(cpu, specs, given, run))
})

test('where windows reach beyond the edges, and where gradients are asked for, nothing is folded', async () => {
  const own = ['relu', 'mul', 'add']
  expect(await passes((given) => network(given, 'same'))).toEqual(['add', ...own, 'add', ...own])
  const gradient = (given: Given) => ({
    dw: tf.grad((w1: tf.Tensor) => network({ ...given, w1 }, 'valid').y as tf.Tensor)(given.w1),
  })
  expect(await passes(gradient)).not.toContain('max')
  const { onnx, cpu } = await runtimes()
  const given = randomTree(specs, 'edges')
  const run = (inputs: Given) => network(inputs, 'same')
  expectSame(await runOn(onnx, specs, given, run), await runOn(cpu, specs, given, run))
})

test('images that others read as well stay what they are', async () => {
  const { onnx, cpu } = await runtimes()
  const run = (given: Given) => {
    const normal = tf.add(tf.mul(tf.relu(tf.sub(given.x, 0.2)), 2), tf.slice(given.b1, 0, 3))
    return { normal, y: tf.conv2d(four(normal), four(given.w1), 2, 'valid') }
  }
  const given = randomTree(specs, 'shared')
  expectSame(await runOn(onnx, specs, given, run), await runOn(cpu, specs, given, run))
})

test('images of few channels and many images are cut into windows at once, beyond the edges too', async () => {
  const { onnx, cpu } = await runtimes()
  const given = randomTree(specs, 'batch last')
  const run = ({ x, w1 }: Given) => ({
    strided: tf.conv2d(four(x), four(w1), 2, 'same'),
    dilated: tf.conv2d(four(x), four(w1), 1, 'valid', 'NHWC', 2),
    small: tf.conv2d(four(tf.slice(x, [0, 0, 0, 0], [31, 12, 12, 3])), four(w1), 1, 'same'),
  })
  expectSame(await runOn(onnx, specs, given, run), await runOn(cpu, specs, given, run))
})
