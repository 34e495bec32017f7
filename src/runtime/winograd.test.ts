import * as tf from '@tensorflow/tfjs-core'
import * as ort from 'onnxruntime-node'
import { expect, test } from 'vitest'
import { float32, type HostTensor } from '../values/host-tensor.ts'
import { Graph } from './graph/graph.ts'
import { dim } from './graph/shape.ts'
import {
  winogradConvolution,
  winogradFilterGradient,
  winogradInputGradient,
  winogradOf,
} from './graph/winograd.ts'
import { programModel } from './onnx/model.ts'
import { openSession } from './onnx/session.ts'
import { reachable } from './graph/reachable.ts'
import { expectSame, f32, randomTree, runOn, runtimes } from './parity.fixture.ts'
import { convolutionWindows } from './trace/sliding.ts'
import { trace } from './trace/trace.ts'

type Pad = 'valid' | 'same' | number | tf.backend_util.ExplicitPadding
type Quad = [number, number, number, number]
type Pair = [number, number]
const four = (t: tf.Tensor): tf.Tensor4D => t as tf.Tensor4D
const UNEVEN: tf.backend_util.ExplicitPadding = [
  [0, 0],
  [2, 0],
  [1, 3],
  [0, 0],
]

/** A convolution and its gradients at points, whatever the rule would choose. */
async function atPoints(x: HostTensor, w: HostTensor, dy: HostTensor, strides: number | Pair, pad: Pad) {
  const by = winogradOf(convolutionWindows(x.shape, w.shape, { strides, pad }))
  if (!by) throw new Error('nothing is saved')
  const g = new Graph()
  const inputs = [x, w, dy].map((t) => g.input(t.dtype, t.shape))
  const [a, b, c] = inputs as [never, never, never]
  const outputs = {
    y: winogradConvolution(g, a, b, by, 'training'),
    dx: winogradInputGradient(g, c, b, by),
    dw: winogradFilterGradient(g, a, c, by),
  }
  const session = await openSession(ort, 'points', programModel('points', inputs, Object.values(outputs)), {
    intraOpNumThreads: 1,
  })
  const results = await session.run([x, w, dy])
  await session.close()
  return Object.fromEntries(Object.keys(outputs).map((name, i) => [name, results[i] as HostTensor]))
}

/** Images, filters, strides, padding. */
const CASES: readonly (readonly [Quad, Quad, number | Pair, Pad])[] = [
  [[3, 15, 15, 5], [3, 3, 5, 7], 1, 'valid'],
  [[2, 13, 13, 6], [3, 3, 6, 9], 2, 'valid'],
  [[4, 6, 6, 11], [3, 3, 11, 5], 1, 'valid'],
  [[2, 7, 9, 2], [3, 3, 2, 5], 1, 'same'],
  [[2, 8, 5, 3], [3, 3, 3, 1], 2, 'same'],
  [[2, 9, 10, 3], [3, 3, 3, 4], [2, 1], 'same'],
  [[2, 6, 5, 3], [3, 3, 3, 4], 1, UNEVEN],
  [[2, 9, 11, 1], [5, 3, 1, 3], [2, 1], UNEVEN],
  [[1, 7, 6, 2], [2, 4, 2, 3], 1, 2],
  [[2, 28, 28, 1], [5, 5, 1, 2], 1, 'same'],
]

test.each(CASES)('images %j, filters %j, strides %j, padding %j', async (image, filter, strides, pad) => {
  const { cpu } = await runtimes()
  const [over, out] = [convolutionWindows(image, filter, { strides, pad }), dim(filter, 3)]
  const signature = {
    x: f32(...image),
    w: f32(...filter),
    dy: f32(dim(image, 0), over.rows.windows, over.columns.windows, out),
  }
  const given = randomTree(signature, 'points')
  const wanted = await runOn(cpu, signature, given, ({ x, w, dy }) => {
    const convolve = (a: tf.Tensor, b: tf.Tensor) => tf.conv2d(four(a), four(b), strides, pad)
    const [dx, dw] = tf.grads(convolve)([x, w], dy) as [tf.Tensor, tf.Tensor]
    return { y: convolve(x, w), dx, dw }
  })
  const { x, w, dy } = given
  // Rounding is several times that of a plain sum, and far from what would show.
  expectSame(await atPoints(x, w, dy, strides, pad), wanted, 5e-6)
})

const layer = { x: f32(32, 8, 8, 24), w: f32(3, 3, 24, 40), v: f32(3, 3, 40, 24) }
const two = (x: tf.Tensor, w: tf.Tensor, v: tf.Tensor): tf.Tensor =>
  tf.conv2d(tf.relu(tf.conv2d(four(x), four(w), 1, 'same')), four(v), 1, 'valid')

test('a compiled function chooses points, and agrees with the cpu backend', async () => {
  const { onnx, cpu } = await runtimes()
  // Far from where slopes jump: rounding may change the sign of what goes into a ReLU.
  const smooth = (x: tf.Tensor, w: tf.Tensor, v: tf.Tensor): tf.Tensor =>
    tf.conv2d(tf.tanh(tf.conv2d(four(x), four(w), 1, 'same')), four(v), 1, 'valid')
  const run = ({ x, w, v }: Record<'x' | 'w' | 'v', tf.Tensor>) => {
    const [dx, dw, dv] = tf.grads((a: tf.Tensor, b: tf.Tensor, c: tf.Tensor) => tf.square(smooth(a, b, c)))([
      x,
      tf.mul(w, 0.1),
      tf.mul(v, 0.1),
    ]) as [tf.Tensor, tf.Tensor, tf.Tensor]
    return { y: smooth(x, tf.mul(w, 0.1), tf.mul(v, 0.1)), dx, dw, dv }
  }
  const given = randomTree(layer, 'chosen')
  expectSame(await runOn(onnx, layer, given, run), await runOn(cpu, layer, given, run))
})

test('filters that are zero and filters that are deleted give the same', async () => {
  const { onnx } = await runtimes()
  const kept = Array.from({ length: 40 }, (_, i) => i).filter((i) => i % 5 === 0)
  const given = randomTree(layer, 'deleted')
  const run = (inputs: Record<'x' | 'w' | 'v', tf.Tensor>) => ({ y: two(inputs.x, inputs.w, inputs.v) })
  const masked = {
    ...given,
    w: float32(layer.w.shape, given.w.data.map((v, i) => (kept.includes(i % 40) ? v : 0)) as Float32Array),
  }
  const small = { x: layer.x, w: f32(3, 3, 24, kept.length), v: f32(3, 3, kept.length, 24) }
  const deleted = {
    x: given.x,
    w: float32(small.w.shape, given.w.data.filter((_, i) => kept.includes(i % 40)) as Float32Array),
    v: float32(
      small.v.shape,
      given.v.data.filter((_, i) => kept.includes(Math.floor(i / 24) % 40)) as Float32Array,
    ),
  }
  expectSame(await runOn(onnx, small, deleted, run), await runOn(onnx, layer, masked, run))
})

test('forward, images keep their batch third from one convolution at points to the next', async () => {
  const { onnx, cpu } = await runtimes()
  const signature = { ...layer, b: f32(40), s: f32(1, 1, 1, 40) }
  const forward = ({ x, w, v, b, s }: Record<keyof typeof signature, tf.Tensor>) => {
    const first = tf.relu(tf.add(tf.conv2d(four(x), four(w), 1, 'same'), b))
    return {
      y: tf.conv2d(four(tf.add(tf.mul(first, s), 1)), four(v), 1, 'same'),
      mean: tf.mean(first, [0, 1, 2]),
    }
  }
  const { outputs } = await trace('f', signature, (inputs) => ({ y: forward(inputs as never).y }))
  const moves = reachable(outputs.map((o) => o.leaf)).filter((n) => n.op.kind === 'transpose')
  expect(moves.map((n) => n.shape)).toEqual([
    [64, 32, 24],
    [32, 8, 8, 24],
  ])
  const given = randomTree(signature, 'moved')
  expectSame(await runOn(onnx, signature, given, forward), await runOn(cpu, signature, given, forward))
})

test('forward pass and gradients share what images and filters are at the points', async () => {
  const counts = async (fn: (x: tf.Tensor, w: tf.Tensor) => Record<string, tf.Tensor>) => {
    const { outputs } = await trace('f', { x: layer.x, w: layer.w }, (inputs) => {
      const { x, w } = inputs as { x: tf.Tensor; w: tf.Tensor }
      return fn(x, w)
    })
    const nodes = reachable(outputs.map((o) => o.leaf))
    return ['gather', 'matmul'].map((kind) => nodes.filter((n) => n.op.kind === kind).length)
  }
  const convolve = (x: tf.Tensor, w: tf.Tensor): tf.Tensor => tf.conv2d(four(x), four(w), 1, 'same')
  // To the points: images by rows and columns, filters by both at once; the product; back.
  expect(await counts((x, w) => ({ y: convolve(x, w) }))).toEqual([0, 6])
  // Besides those: the gradient to the points, and two products with their ways back.
  expect(
    await counts((x, w) => {
      const [dx, dw] = tf.grads((a: tf.Tensor, b: tf.Tensor) => tf.square(convolve(a, b)))([x, w])
      return { dx: dx as tf.Tensor, dw: dw as tf.Tensor }
    }),
  ).toEqual([0, 6 - 2 + 2 + 2 + 3 + 2])
})
