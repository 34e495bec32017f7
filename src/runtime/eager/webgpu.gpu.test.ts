import * as tf from '@tensorflow/tfjs-core'
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu'
import { expect, test, vi } from 'vitest'
import { float32, int32 } from '../../values/host-tensor.ts'
import { randomMask } from '../../values/random-mask.ts'
import { CNN_BATCH, cnnInputs, smallTree } from '../cnn-inputs.fixture.ts'
import { cnnInfer, cnnParams, cnnStatistics, cnnStep, cnnTraining, type Tensors } from '../cnn.fixture.ts'
import { trainingInputs } from '../mlp-inputs.fixture.ts'
import { trainingStep } from '../mlp.fixture.ts'
import { expectSame, f32, i32, randomTree, runOn } from '../parity.fixture.ts'
import { createEagerRuntime } from '../start.ts'
import { maskOf } from '../trace/random-mask-cases.fixture.ts'
import type { LoopSignature } from '../types.ts'
import { describeOnGpu } from './webgpu.fixture.ts'

type Backend = Pick<WebGPUBackend, 'getBufferData' | 'write' | 'device'>
const backendOf = () => tf.engine().findBackend('webgpu') as unknown as Backend

await describeOnGpu('the webgpu runtime', ({ webgpu, cpu }) => {
  test('steps of training an MLP and a CNN are those of the cpu backend', async () => {
    const mlp = trainingInputs(16, 4)
    const cases = [
      { signature: mlp.signature, step: trainingStep, given: mlp.given },
      { signature: cnnTraining(CNN_BATCH) as LoopSignature, step: cnnStep, given: cnnInputs() },
    ]
    for (const { signature, step, given } of cases) {
      const results = []
      for (const runtime of [webgpu, cpu]) {
        const loop = await runtime.loop('train', signature, step)
        results.push(await loop.run(given))
        await loop.dispose()
      }
      expectSame(results[0], results[1], 1e-3)
    }
  })

  test('inference with running statistics and pooling is that of the cpu backend', async () => {
    const signature = { params: cnnParams, statistics: cnnStatistics, x: f32(4, 8, 8, 2) }
    const given = {
      params: smallTree(cnnParams, 'params'),
      statistics: smallTree(cnnStatistics, 'statistics'),
      x: randomTree({ x: signature.x }).x,
    } as never
    const infer = (inputs: unknown) => {
      const { params, statistics, x } = inputs as { params: Tensors; statistics: Tensors; x: tf.Tensor }
      return { y: cnnInfer(params, statistics, x) }
    }
    expectSame(await runOn(webgpu, signature, given, infer), await runOn(cpu, signature, given, infer), 1e-3)
  })

  test('a step reads its outputs alone; what is constant is sent once', async () => {
    const { signature, given } = trainingInputs(16, 6)
    const loop = await webgpu.loop('train', signature, trainingStep)
    await loop.run(given)
    const backend = backendOf()
    const read = vi.spyOn(backend, 'getBufferData')
    const written = vi.spyOn(backend, 'write')
    await loop.run(given)
    const bytesRead = read.mock.calls.map(([buffer]) => buffer.size)
    const state = Object.values(given.carry).flatMap((slot) => Object.values(slot))
    const stateBytes = state.map(({ data }) => data.byteLength)
    expect(bytesRead).toEqual([4, 4, 4, 4, 4, 4, ...stateBytes])
    const sent = written.mock.calls.map(([values]) => (values as Float32Array | null)?.byteLength ?? 0)
    const { images } = given.constants
    expect(Math.max(...sent)).toBeLessThan(4 * images.data.length)
    read.mockRestore()
    written.mockRestore()
    await loop.dispose()
  })

  test('a dropout mask has the bits of the reference', async () => {
    const attrs = { rows: 3000, salt: -7, rate: 0.45 }
    const channels = float32(
      [33],
      Float32Array.from({ length: 33 }, (_, i) => (i * 7) % 1024),
    )
    for (const key of [0, -1, 2 ** 31 - 1, -(2 ** 31), 123_456_789]) {
      const given = { key: int32([], [key]), channels }
      const { mask } = await runOn(webgpu, { key: i32(), channels: f32(33) }, given, (t) => ({
        mask: maskOf(t.key, t.channels, attrs),
      }))
      expect(mask).toEqual(float32([3000, 33], randomMask(key, channels.data, attrs)))
    }
  })

  test('nothing is left on the GPU of a run, a failed one included', async () => {
    const signature: LoopSignature = cnnTraining(CNN_BATCH)
    const loop = await webgpu.loop('train', signature, cnnStep)
    const { numTensors } = tf.memory()
    await loop.run(cnnInputs())
    expect(tf.memory().numTensors).toBe(numTensors)
    const failing = await webgpu.loop('fails', signature, (inputs) => {
      cnnStep(inputs)
      throw new Error('in the middle')
    })
    await expect(failing.run(cnnInputs())).rejects.toThrow('in the middle')
    expect(tf.memory().numTensors).toBe(numTensors)
  })

  test('what the GPU refuses is a problem, and the next run is none', async () => {
    const flags = { x: { dtype: 'bool', shape: [2, 3, 4] } } as const
    const all = runOn(webgpu, flags, randomTree(flags), ({ x }) => ({ y: tf.all(x, 0) }))
    await expect(all).rejects.toMatchObject({
      name: 'Problem',
      kind: 'infrastructure',
      message: expect.stringContaining('the GPU refuses the program') as string,
    })
    const twice = await runOn(webgpu, { x: f32(2) }, { x: float32([2], [1, 2]) }, ({ x }) => ({
      y: tf.add(x, x),
    }))
    expect(twice.y).toEqual(float32([2], [2, 4]))
  })

  test('an op that the backend does not have is named', async () => {
    const has = tf.getKernel('Log', 'webgpu')
    tf.unregisterKernel('Log', 'webgpu')
    try {
      const run = runOn(webgpu, { x: f32(2) }, { x: float32([2], [1, 2]) }, ({ x }) => ({ y: tf.log(x) }))
      await expect(run).rejects.toMatchObject({
        message: expect.stringContaining('the op Log cannot run on the webgpu runtime') as string,
      })
    } finally {
      tf.registerKernel(has)
    }
  })

  test('a lost GPU is told by name; a new runtime begins anew', async () => {
    const other = await createEagerRuntime('webgpu')
    const program = await other.compile('double', { x: f32(2) }, ({ x }) => ({ y: tf.add(x, x) }))
    const x = float32([2], [1, 2])
    await program.run({ x })
    backendOf().device.destroy()
    for (const run of [program.run({ x }), webgpu.compile('f', {}, () => ({})).then((f) => f.run({}))])
      await expect(run).rejects.toMatchObject({
        name: 'Problem',
        kind: 'device',
        message: expect.stringMatching(/^(double|f): the GPU was lost: /) as string,
      })
    await other.dispose()
    const fresh = await createEagerRuntime('webgpu')
    const again = await fresh.compile('double', { x: f32(2) }, ({ x }) => ({ y: tf.add(x, x) }))
    expect((await again.run({ x })).y).toEqual(float32([2], [2, 4]))
    await fresh.dispose()
  })
})
