import * as tf from '@tensorflow/tfjs-core'
import { expect, test, vi } from 'vitest'
import { float32, int32, type HostTensor } from '../../values/host-tensor.ts'
import { bool, expectSame, f32, i32, randomTree, runOn, runtimes } from '../parity.fixture.ts'
import type { Named, Runtime } from '../types.ts'
import { traceBackend } from './backend.ts'
import type { Tensors } from './case.fixture.ts'
import { cases } from './kernel-cases.fixture.ts'
import { rules } from './rules.ts'

test('every rule has cases, and no case is without a rule', () => {
  expect(Object.keys(cases).sort()).toEqual(Object.keys(rules).sort())
})

test.each(Object.entries(cases))('%s computes what the cpu backend computes', async (kernel, list) => {
  const { onnx, cpu } = await runtimes()
  const recorded = vi.spyOn(traceBackend(), 'record')
  for (const [i, { specs, values, fn }] of list.entries()) {
    const run = (inputs: Tensors): Named<tf.Tensor> =>
      Object.fromEntries([fn(inputs)].flat().map((t, j) => [`y${j}`, t]))
    const inputs = values ?? randomTree(specs, `${kernel} ${i}`)
    const signature = Object.fromEntries(
      Object.entries(specs).map(([name, { dtype, shape }]) => [name, { dtype, shape }]),
    )
    const compiled = await runOn(onnx, signature, inputs, run as never)
    const eager = await runOn(cpu, signature, inputs, run as never)
    expectSame(compiled, eager)
  }
  expect(recorded.mock.calls.map(([name]) => name)).toContain(kernel)
  recorded.mockRestore()
})

test('a strided slice that drops an axis takes what NumPy takes', async () => {
  // tfjs' own cpu backend reads from the wrong row here.
  const { onnx } = await runtimes()
  const rows = float32([2, 4], [0, 1, 2, 3, 4, 5, 6, 7])
  const { y } = await runOn(onnx, { x: f32(2, 4) }, { x: rows }, (inputs) => ({
    y: tf.stridedSlice(inputs.x, [1, 0], [2, 4], [1, 2], 0, 0, 0, 0, 1),
  }))
  expect(y).toEqual(float32([2], [4, 6]))
})

test('products over batches that repeat both factors are those of the repeated factors', async () => {
  // tfjs' own cpu backend computes half of them.
  const { onnx, cpu } = await runtimes()
  const signature = { x: f32(2, 1, 3, 2), y: f32(1, 5, 3, 4) }
  const given = randomTree(signature)
  const compiled = await runOn(onnx, signature, given, ({ x, y }) => ({ z: tf.matMul(x, y, true) }))
  const eager = await runOn(cpu, signature, given, ({ x, y }) => ({
    z: tf.matMul(tf.broadcastTo(x, [2, 5, 3, 2]), tf.broadcastTo(y, [2, 5, 3, 4]), true),
  }))
  expectSame(compiled, eager)
})

test('integers are clipped to the integers between the bounds', async () => {
  // tfjs' own cpu backend cuts a bound towards zero, which may lie outside.
  const { onnx } = await runtimes()
  const given = int32([6], [-5, -2, -1, 1, 2, 5])
  const { y } = await runOn(onnx, { x: i32(6) }, { x: given }, ({ x }) => ({
    y: tf.clipByValue(x, -1.5, 1.5),
  }))
  expect(y).toEqual(int32([6], [-1, -1, -1, 1, 1, 1]))
})

test('the largest of negative integers is not what pads the image', async () => {
  const { onnx } = await runtimes()
  const given = int32([1, 2, 2, 1], [-5, -7, -9, -6])
  const { y } = await runOn(onnx, { x: i32(1, 2, 2, 1) }, { x: given }, ({ x }) => ({
    y: tf.maxPool(x as tf.Tensor4D, 3, 1, 'same'),
  }))
  expect(y).toEqual(int32([1, 2, 2, 1], [-5, -5, -5, -5]))
})

test('a sigmoid is right element by element, far to the left, too', async () => {
  const { onnx, cpu } = await runtimes()
  const given = float32(
    [241],
    Array.from({ length: 241 }, (_, i) => i / 4 - 30),
  )
  const run = async (runtime: Runtime) =>
    runOn(runtime, { x: f32(241) }, { x: given }, ({ x }) => ({
      y: tf.sigmoid(x),
      slope: tf.grad((a: tf.Tensor) => tf.sigmoid(a))(x),
      log: tf.log(tf.sigmoid(x)),
    }))
  const [compiled, eager] = [await run(onnx), await run(cpu)]
  // Right of zero a slope is what little 1 − y has left of its digits.
  for (const [name, upTo] of [
    ['y', 30],
    ['log', 0],
    ['slope', 0],
  ] as const)
    for (const [i, at] of given.data.entries()) {
      const [a, b] = [compiled, eager].map((result) => (result[name] as HostTensor).data[i] as number)
      if (at <= upTo) expect(Math.abs((a as number) / (b as number) - 1), `${name} ${at}`).toBeLessThan(1e-5)
    }
  expectSame(compiled, eager)
})

test('sums and differences of truth values are truth values', async () => {
  // tfjs' own cpu backend counts to two, and to 255 below zero.
  const { onnx } = await runtimes()
  const of = (...data: number[]) => ({ dtype: 'bool' as const, shape: [4], data: Uint8Array.from(data) })
  const given = { x: of(0, 0, 1, 1), y: of(0, 1, 0, 1) }
  const sums = await runOn(onnx, { x: bool(4), y: bool(4) }, given, ({ x, y }) => ({
    either: tf.add(x, y),
    one: tf.sub(x, y),
  }))
  expect(sums).toEqual({ either: of(0, 1, 1, 1), one: of(0, 1, 1, 0) })
})
