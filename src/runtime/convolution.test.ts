import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { float32, int32, type HostTensor } from '../values/host-tensor.ts'
import { CNN_BATCH, cnnInputs, smallTree } from './cnn-inputs.fixture.ts'
import {
  cnnBatch,
  cnnForward,
  cnnInfer,
  cnnParams,
  cnnStatistics,
  cnnStep,
  cnnTraining,
  type Tensors,
} from './cnn.fixture.ts'
import { expectSame, f32, randomTree, runOn, runtimes } from './parity.fixture.ts'
import { trace } from './trace/trace.ts'
import { reachable } from './graph/reachable.ts'
import type { LoopSignature, Named } from './types.ts'

const four = (t: tf.Tensor): tf.Tensor4D => t as tf.Tensor4D

test('steps of training a CNN with batch-norm are those of the cpu backend, alone and in a loop', async () => {
  const { onnx, cpu } = await runtimes()
  const signature: LoopSignature = cnnTraining(CNN_BATCH)
  const given = cnnInputs()
  const first = {
    x: float32([CNN_BATCH, 8, 8, 2], given.each.x.data.slice(0, CNN_BATCH * 128) as Float32Array),
    labels: int32([CNN_BATCH], given.each.labels.data.slice(0, CNN_BATCH)),
    rate: float32([], [0.05]),
  }
  const kinks = { params: cnnParams, x: cnnBatch(CNN_BATCH).x }
  const { smallest } = await runOn(
    cpu,
    kinks,
    { params: given.carry.params, x: first.x },
    ({ params, x }) => ({
      smallest: tf.min(
        tf.concat(cnnForward(params as Tensors, x).kinks.map((k) => tf.reshape(tf.abs(k), [-1]))),
      ),
    }),
  )
  // A ReLU input within rounding of zero may change its sign, and a gradient with it.
  expect((smallest as HostTensor).data[0]).toBeGreaterThan(1e-5)
  const { carry, each } = signature
  const step = (inputs: unknown): Named<tf.Tensor> => cnnStep(inputs)
  const one = { carry: given.carry, each: first } as never
  expectSame(await runOn(onnx, { carry, each }, one, step), await runOn(cpu, { carry, each }, one, step))
  const results = []
  for (const runtime of [onnx, cpu]) {
    const loop = await runtime.loop('train', signature, cnnStep)
    results.push(await loop.run(given))
    await loop.dispose()
  }
  expectSame(results[0], results[1])
})

test('inference with running statistics, pooling and a mean over the image is that of the cpu backend', async () => {
  const { onnx, cpu } = await runtimes()
  const signature = { params: cnnParams, statistics: cnnStatistics, x: f32(4, 8, 8, 2) }
  const given = {
    params: smallTree(cnnParams, 'params'),
    statistics: smallTree(cnnStatistics, 'statistics'),
    x: randomTree({ x: signature.x }).x,
  } as never
  const infer = (inputs: unknown): Named<tf.Tensor> => {
    const { params, statistics, x } = inputs as { params: Tensors; statistics: Tensors; x: tf.Tensor }
    return { y: cnnInfer(params, statistics, x) }
  }
  expectSame(await runOn(onnx, signature, given, infer), await runOn(cpu, signature, given, infer))
})

type Layer = (x: tf.Tensor4D, w: tf.Tensor4D) => tf.Tensor
const W = [3, 2, 2, 3] as const
const UNEVEN: tf.backend_util.ExplicitPadding = [
  [0, 0],
  [2, 0],
  [1, 3],
  [0, 0],
]
const layers: Readonly<Record<string, Layer>> = {
  'a convolution': (x, w) => tf.conv2d(x, w, 1, 'valid'),
  'a padded convolution with strides': (x, w) => tf.conv2d(x, w, [2, 1], 'same'),
  'a convolution with explicit padding': (x, w) => tf.conv2d(x, w, 2, UNEVEN),
  'max-pooling': (x, w) => tf.mul(tf.maxPool(x, 3, 2, 'same'), tf.sum(w)),
  'average-pooling': (x, w) => tf.mul(tf.avgPool(x, 2, 2, 'valid'), tf.sum(w)),
  'padded average-pooling': (x, w) => tf.mul(tf.avgPool(x, 3, 2, 'same'), tf.sum(w)),
  // tfjs' own gradient asks for a scale and an offset.
  'batch-norm by moments': (x, w) => {
    const { mean, variance } = tf.moments(x, [0, 1, 2])
    const [scale, offset] = [0, 2].map((i) => tf.slice(tf.reshape(w, [-1]), i, 2)) as tf.Tensor1D[]
    return tf.batchNorm(x, mean as tf.Tensor1D, variance as tf.Tensor1D, offset, scale)
  },
}

test.each(Object.entries(layers))('the gradients of %s agree with finite differences', async (_, layer) => {
  const { onnx } = await runtimes()
  const signature = { x: f32(2, 5, 5, 2), w: f32(...W) }
  // Places far enough from each other that no step changes which one is the largest.
  const spaced = Float32Array.from({ length: 100 }, (_, i) => ((i * 37) % 100) / 25 - 2)
  const start = { ...randomTree(signature), x: float32([2, 5, 5, 2], spaced) }
  const value = (x: tf.Tensor, w: tf.Tensor): tf.Tensor => tf.sum(tf.sin(layer(four(x), four(w))))
  const program = await onnx.compile('f', signature, ({ x, w }) => {
    const [dx, dw] = tf.grads(value)([x, w])
    return { value: value(x, w), x: dx as tf.Tensor, w: dw as tf.Tensor }
  })
  const gradients = await program.run(start)
  const at = async (name: 'x' | 'w', i: number, change: number): Promise<number> => {
    const moved = Float32Array.from(start[name].data)
    moved[i] = (moved[i] as number) + change
    const { value } = await program.run({ ...start, [name]: float32(start[name].shape, moved) })
    return value.data[0] as number
  }
  for (const name of ['x', 'w'] as const)
    for (const i of start[name].data.keys()) {
      const slope = ((await at(name, i, 5e-3)) - (await at(name, i, -5e-3))) / 1e-2
      const gradient = gradients[name].data[i] as number
      expect(Math.abs(gradient - slope), `${name}[${i}]`).toBeLessThan(1e-2 * Math.max(1, Math.abs(slope)))
    }
  await program.dispose()
})

test('a convolution and the gradient of its filters read the same patches', async () => {
  const signature = { x: f32(4, 40, 40, 3), w: f32(3, 3, 3, 64) }
  const { outputs } = await trace('f', signature, (inputs) => {
    const { x, w } = inputs as { x: tf.Tensor; w: tf.Tensor }
    const { value, grad } = tf.valueAndGrad((t: tf.Tensor) =>
      tf.sum(tf.square(tf.conv2d(four(x), four(t), 2, 'same'))),
    )(w)
    return { value, grad }
  })
  const nodes = reachable(outputs.map((o) => o.leaf))
  const count = (kind: string): number => nodes.filter((n) => n.op.kind === kind).length
  expect([count('gather'), count('matmul')]).toEqual([1, 2])
})
