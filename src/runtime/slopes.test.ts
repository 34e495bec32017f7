import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { float32, type HostTensor } from '../values/host-tensor.ts'
import { reachable } from './graph/reachable.ts'
import { f32, randomTensor, runOn, runtimes } from './parity.fixture.ts'
import { trace } from './trace/trace.ts'

test('a step is 0, 1 or no number, however small what it is taken of', async () => {
  const { onnx, cpu } = await runtimes()
  const values = [NaN, -Infinity, Infinity, 0, -0, 1e-45, -1e-45, 1e-38, -1e-38, 0.3, -0.3, 3e38, -3e38]
  const given = { x: float32([values.length], values) }
  const run = ({ x }: { x: tf.Tensor }) => ({
    step: tf.step(x),
    slope: tf.grad((a: tf.Tensor) => tf.relu(a))(x),
  })
  const signature = { x: f32(values.length) }
  const compiled = await runOn(onnx, signature, given, run)
  const wanted = values.map((v) => (Number.isNaN(v) ? NaN : v > 0 ? 1 : 0))
  for (const name of ['step', 'slope'] as const)
    expect(Array.from((compiled[name] as HostTensor).data, (v) => v + 0)).toEqual(wanted)
  expect((await runOn(cpu, signature, given, run))['step']).toEqual(float32([values.length], wanted))
})

test('the slope of a ReLU is read off its result, so that what went in need not be kept', async () => {
  const { inputs, outputs } = await trace('f', { x: f32(5) }, (given) => {
    const { x } = given as { x: tf.Tensor }
    const { value, grad } = tf.valueAndGrad((a: tf.Tensor) => tf.sum(tf.relu(a)))(x)
    return { value, grad }
  })
  const readers = reachable(outputs.map((o) => o.leaf)).filter((n) =>
    n.inputs.includes(inputs[0]?.leaf as never),
  )
  expect(readers.map((n) => n.op)).toEqual([{ kind: 'unary', fn: 'relu' }])
})

test('means and sums over images are right to rounding, far from zero too', async () => {
  const { onnx } = await runtimes()
  const signature = { x: f32(64, 24, 24, 3) }
  const x = randomTensor(signature.x, 'far')
  const far = float32(
    x.shape,
    Float32Array.from(x.data, (v) => v + 100),
  )
  const { mean, sum, kept } = await runOn(onnx, signature, { x: far }, ({ x }) => ({
    mean: tf.mean(x, [0, 1, 2]),
    sum: tf.sum(x, [2, 0, 1]),
    kept: tf.mean(x, [0, 1, 2], true),
  }))
  const count = 64 * 24 * 24
  const exact = [0, 1, 2].map((c) => far.data.reduce((s, v, i) => (i % 3 === c ? s + v : s), 0))
  for (const [c, value] of exact.entries()) {
    expect(Math.abs(((mean as HostTensor).data[c] as number) / (value / count) - 1)).toBeLessThan(1e-6)
    expect(Math.abs(((sum as HostTensor).data[c] as number) / value - 1)).toBeLessThan(1e-6)
  }
  expect((kept as HostTensor).shape).toEqual([1, 1, 1, 3])
})
