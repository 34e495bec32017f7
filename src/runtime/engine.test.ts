import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { float32 } from '../values/host-tensor.ts'
import { exclusively } from './engine.ts'
import { f32, runtimes } from './parity.fixture.ts'
import type { Named } from './types.ts'

const tensors = (): number => tf.engine().state.numTensors

test('compiling, running and failing leave no tensor and no backend behind', async () => {
  const { onnx, cpu, wasm } = await runtimes()
  await tf.setBackend('cpu')
  const before = { tensors: tensors(), backend: tf.getBackend(), scopes: tf.engine().state.scopeStack.length }
  const step = ({ x }: { x: tf.Tensor }): Named<tf.Tensor> => {
    const { value, grads } = tf.valueAndGrads((w: tf.Tensor) => tf.sum(tf.softmax(tf.relu(tf.matMul(w, w)))))(
      [x],
    )
    tf.tidy(() => tf.keep(tf.clone(tf.square(x)))).dispose()
    return { value, gradient: grads[0] as tf.Tensor, same: x, again: x }
  }
  const x = float32([2, 2], [1, 2, 3, 4])
  for (const runtime of [onnx, cpu, wasm]) {
    const program = await runtime.compile('f', { x: f32(2, 2) }, step)
    await program.run({ x })
    await program.run({ x })
    await program.dispose()
    const failing = runtime.compile('f', { x: f32(2, 2) }, (inputs) => {
      step(inputs)
      throw new Error('stop')
    })
    await expect(failing.then((p) => p.run({ x }))).rejects.toThrow('stop')
  }
  expect({
    tensors: tensors(),
    backend: tf.getBackend(),
    scopes: tf.engine().state.scopeStack.length,
  }).toEqual(before)
})

test('loops free their state; constants stay on the backend once each until the runtime is disposed', async () => {
  const { createEagerRuntime } = await import('./index.ts')
  for (const backend of ['cpu', 'wasm'] as const) {
    const runtime = await createEagerRuntime(backend)
    const before = tensors()
    const loop = await runtime.loop(
      'l',
      { constants: { c: f32(2) }, carry: { s: f32(2) }, each: { i: f32() } },
      ({ constants, carry, each }) => ({
        carry: { s: tf.add(carry.s, tf.mul(constants.c, each.i)) },
        out: { c: constants.c, s: carry.s },
      }),
    )
    const given = {
      constants: { c: float32([2], [1, 2]) },
      carry: { s: float32([2], [0, 0]) },
      each: { i: float32([3], [1, 2, 3]) },
    }
    const first = await loop.run(given)
    expect([...first.carry.s.data]).toEqual([6, 12])
    expect([...first.out.s.data]).toEqual([0, 0, 1, 2, 3, 6])
    expect([...first.out.c.data]).toEqual([1, 2, 1, 2, 1, 2])
    expect(tensors()).toBe(before + 1)
    expect(await loop.run(given)).toEqual(first)
    expect(tensors()).toBe(before + 1)
    await loop.run({ ...given, constants: { c: float32([2], [3, 4]) } })
    expect(tensors()).toBe(before + 2)
    await runtime.dispose()
    expect(tensors()).toBe(before)
    await expect(loop.run(given)).rejects.toThrow('after it was disposed')
  }
})

test('what the caller gave is never changed, and later changes do not reach results', async () => {
  for (const runtime of Object.values(await runtimes())) {
    const program = await runtime.compile('f', { x: f32(2) }, ({ x }) => ({ same: x, twice: tf.mul(x, 2) }))
    const x = float32([2], [1, 2])
    const { same, twice } = await program.run({ x })
    x.data.fill(7)
    await program.run({ x })
    expect([...same.data, ...twice.data]).toEqual([1, 2, 2, 4])
  }
})

test('work on the engine waits for work that began before, and a failure does not stop the next', async () => {
  const order: string[] = []
  const slow = exclusively(async () => {
    order.push('slow begins')
    await new Promise((resolve) => setTimeout(resolve, 20))
    order.push('slow ends')
    throw new Error('slow fails')
  })
  const quick = exclusively(() => order.push('quick'))
  await expect(slow).rejects.toThrow('slow fails')
  await quick
  expect(order).toEqual(['slow begins', 'slow ends', 'quick'])
})

test('the runtimes run side by side', async () => {
  const all = await runtimes()
  const results = await Promise.all(
    Object.values(all).flatMap((runtime) =>
      [1, 2, 3].map(async (n) => {
        const program = await runtime.compile('f', { x: f32(2) }, ({ x }) => ({ y: tf.mul(x, n) }))
        const { y } = await program.run({ x: float32([2], [1, 2]) })
        return [...y.data].join() === `${n},${2 * n}`
      }),
    ),
  )
  expect(results).toEqual(results.map(() => true))
})
