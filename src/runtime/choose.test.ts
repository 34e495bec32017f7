import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, expect, test } from 'vitest'
import { float32 } from '../values/host-tensor.ts'
import { createEagerRuntime, createRuntime, describeRuntime } from './index.ts'
import { f32 } from './parity.fixture.ts'

const folders: string[] = []
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })))

test('auto is ONNX Runtime on the CPU, with the threads asked for', async () => {
  const runtime = await createRuntime({ runtime: 'auto', device: 'auto', threads: 2 })
  expect(runtime.engine).toMatchObject({ runtime: 'onnx', device: 'cpu', threads: 2 })
  expect(runtime.engine.version).toMatch(/^\d+\.\d+\.\d+\+lowering\.\d+$/)
  await runtime.dispose()
  await expect(runtime.compile('f', { x: f32(1) }, (i) => i)).rejects.toThrow('after it was disposed')
})

test('a runtime or a device that is not there is refused, with a way out', async () => {
  const refused = [
    [{ runtime: 'wasm', device: 'gpu', threads: 1 }, 'the wasm runtime does not run on the gpu here'],
    [{ runtime: 'cpu', device: 'gpu', threads: 1 }, 'the cpu runtime does not run on the gpu here'],
    [{ runtime: 'onnx', device: 'cpu', threads: 0 }, 'the onnx runtime cannot use 0 threads'],
    [{ runtime: 'onnx', device: 'cpu', threads: 1.5 }, 'the onnx runtime cannot use 1.5 threads'],
  ] as const
  for (const [choice, message] of refused)
    await expect(createRuntime(choice)).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining(message) as string,
      hint: expect.any(String) as string,
    })
})

test('a runtime is described by what it computed, a missing one by the command that installs it', async () => {
  expect(await describeRuntime({ runtime: 'wasm', device: 'cpu', threads: 1 })).toEqual({
    available: true,
    engine: { runtime: 'wasm', version: tf.version_core, device: 'cpu', threads: 1 },
  })
  expect(await describeRuntime({ runtime: 'tensorflow', device: 'auto', threads: 1 })).toEqual({
    available: false,
    kind: 'usage',
    reason: 'the tensorflow runtime is not installed',
    hint: expect.stringContaining('npm install') as string,
  })
})

/** A folder with packages in it, and what loads them from there. */
function install(packages: Readonly<Record<string, string>>): (name: string) => unknown {
  const folder = mkdtempSync(join(tmpdir(), 'stand-in-'))
  folders.push(folder)
  for (const [name, body] of Object.entries(packages)) {
    const at = join(folder, 'node_modules', name)
    mkdirSync(at, { recursive: true })
    writeFileSync(join(at, 'package.json'), JSON.stringify({ name, main: 'index.cjs' }))
    writeFileSync(join(at, 'index.cjs'), body)
  }
  return createRequire(join(folder, 'index.js'))
}

const ownTfjs = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-cpu/package.json')
/** As tfjs-node it brings a tfjs of its own and registers its backend with that. */
const WORKING = `
  const load = require('node:module').createRequire(${JSON.stringify(ownTfjs)})
  const tf = load('@tensorflow/tfjs-core')
  const { MathBackendCPU } = load('@tensorflow/tfjs-backend-cpu')
  tf.copyRegisteredKernels('cpu', 'tensorflow')
  tf.registerBackend('tensorflow', () => new MathBackendCPU(), 3)
  tf.setBackend('tensorflow')
  exports.version = { 'tfjs-node': '9.9.9' }
  exports.tf = tf
`

test('tensorflow is found when its package is installed, and computes with the same functions', async () => {
  const load = install({ '@tensorflow/tfjs-node': WORKING })
  await createEagerRuntime('cpu')
  await tf.setBackend('cpu')
  const runtime = await createEagerRuntime('tensorflow', load)
  expect(runtime.engine).toEqual({ runtime: 'tensorflow', version: '9.9.9', device: 'cpu', threads: 1 })
  expect(tf.getBackend()).toBe('cpu')
  const own = load('@tensorflow/tfjs-node') as { readonly tf: typeof tf }
  // Its tfjs is another copy, but both copies share one engine.
  expect(own.tf).not.toBe(tf)
  expect(own.tf.engine()).toBe(tf.engine())
  const backends: string[] = []
  const program = await runtime.compile('f', { x: f32(3) }, ({ x }) => {
    backends.push(tf.getBackend())
    return { slope: tf.grad((t: tf.Tensor) => tf.sum(tf.square(t)))(x) }
  })
  const { slope } = await program.run({ x: float32([3], [1, 2, 3]) })
  expect([...slope.data]).toEqual([2, 4, 6])
  expect(backends).toEqual(['tensorflow'])
  await runtime.dispose()
})

const ON_GPU = WORKING.replace(
  'new MathBackendCPU()',
  'new (class extends MathBackendCPU { isUsingGpuDevice = true })()',
)

test('the GPU package comes first; one that does not load is a problem, not a reason to take another', async () => {
  tf.removeBackend('tensorflow')
  const both = install({ '@tensorflow/tfjs-node-gpu': ON_GPU, '@tensorflow/tfjs-node': WORKING })
  const runtime = await createEagerRuntime('tensorflow', both)
  expect(runtime.engine).toEqual({ runtime: 'tensorflow', version: '9.9.9', device: 'gpu', threads: 1 })
  await runtime.dispose()
  const broken = `throw new Error('libcudart.so.11.0: cannot open shared object file')`
  const half = install({ '@tensorflow/tfjs-node-gpu': broken, '@tensorflow/tfjs-node': WORKING })
  await expect(createEagerRuntime('tensorflow', half)).rejects.toMatchObject({
    kind: 'infrastructure',
    message: expect.stringContaining('libcudart.so.11.0') as string,
    hint: expect.stringContaining('CUDA 11') as string,
  })
})

test('a GPU package that finds no GPU computes on the processor only where that is asked for', async () => {
  tf.removeBackend('tensorflow')
  const load = install({ '@tensorflow/tfjs-node-gpu': WORKING })
  for (const device of ['auto', 'gpu'] as const)
    await expect(createEagerRuntime('tensorflow', load, device)).rejects.toMatchObject({
      kind: 'usage',
      message: '@tensorflow/tfjs-node-gpu is installed, but finds no GPU',
      hint: expect.stringContaining('LD_LIBRARY_PATH') as string,
    })
  const runtime = await createEagerRuntime('tensorflow', load, 'cpu')
  expect(runtime.engine.device).toBe('cpu')
  await runtime.dispose()
})
