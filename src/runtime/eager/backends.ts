import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { Problem } from '../../values/problem.ts'
import type { Adapter } from '../adapter.ts'
import type { Engine } from '../types.ts'
import { installed, type Importer } from './installed.ts'
import { registerRandomMask } from './random-mask.ts'
import { startWebgpu } from './webgpu.ts'

export type EagerBackend = 'cpu' | 'wasm' | 'tensorflow' | 'webgpu'

/** Which device a backend that could use either is to use. */
export type DeviceChoice = 'auto' | 'cpu' | 'gpu'

/** What watches over a device that fails without tfjs' telling. */
export interface DeviceWatch {
  /** Begins to listen to a run; what is returned ends it and throws what the device said of it, as a `Problem`. */
  listen(name: string): () => Promise<void>
  /** Gives the device back; the last one who does frees it. */
  release(): void
}

/** A tfjs backend, made ready to compute on. */
export interface StartedBackend {
  readonly engine: Engine
  readonly adapter?: Adapter
  readonly watch?: DeviceWatch
}

const require = createRequire(import.meta.url)

type Start = (load: Importer, device: DeviceChoice) => Promise<StartedBackend>

/** Loads what tfjs needs to compute on a backend and makes it tfjs' current one; says what it is. */
export const backends: { readonly [B in EagerBackend]: Start } = {
  cpu: async () => {
    await import('@tensorflow/tfjs-backend-cpu')
    await choose('cpu')
    registerRandomMask('cpu')
    return { engine: { runtime: 'cpu', version: tf.version_core, device: 'cpu', threads: 1 } }
  },
  wasm: async () => {
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm')
    // Once the backend runs its files cannot be moved any more.
    if (!('wasm' in tf.engine().registry)) setWasmPaths(join(wasmFolder(), 'dist') + sep)
    await choose('wasm')
    registerRandomMask('wasm')
    return { engine: { runtime: 'wasm', version: tf.version_core, device: 'cpu', threads: 1 } }
  },
  tensorflow: async (load, wanted) => {
    const forGpu = await installed<TfjsNode>(load, '@tensorflow/tfjs-node-gpu', FOR_CUDA)
    const found = forGpu ?? (await installed<TfjsNode>(load, '@tensorflow/tfjs-node'))
    if (!found)
      throw new Problem('usage', 'the tensorflow runtime is not installed', {
        hint: 'npm install @tensorflow/tfjs-node-gpu (NVIDIA, CUDA 11) or npm install @tensorflow/tfjs-node',
      })
    await choose('tensorflow')
    registerRandomMask('tensorflow')
    const device = usesGpu() ? 'gpu' : 'cpu'
    // Where it finds no CUDA, the package for GPUs computes on the processor and only mumbles.
    if (forGpu && device === 'cpu' && wanted !== 'cpu')
      throw new Problem('usage', '@tensorflow/tfjs-node-gpu is installed, but finds no GPU', {
        hint: `${FOR_CUDA} With --device cpu it computes on the processor.`,
      })
    return { engine: { runtime: 'tensorflow', version: versionOf(found), device, threads: 1 } }
  },
  webgpu: async (load) => {
    const { version, adapter, watch } = await startWebgpu(load)
    await choose('webgpu')
    return { engine: { runtime: 'webgpu', version, device: 'gpu', threads: 1 }, adapter, watch }
  },
}

const FOR_CUDA =
  'It needs an NVIDIA driver, CUDA 11.2 and cuDNN 8, found by LD_LIBRARY_PATH; it tells on standard error what it misses.'

function usesGpu(): boolean {
  const backend = tf.engine().findBackend('tensorflow') as { readonly isUsingGpuDevice?: boolean }
  return backend.isUsingGpuDevice === true
}

async function choose(backend: string): Promise<void> {
  if (await tf.setBackend(backend)) return
  throw new Problem('infrastructure', `TensorFlow.js cannot start its ${backend} backend`)
}

function wasmFolder(): string {
  return dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json'))
}

interface TfjsNode {
  readonly version?: Readonly<Record<string, string>>
  /** The package is CommonJS: Node gives its exports as the default one. */
  readonly default?: TfjsNode
}

function versionOf(loaded: TfjsNode): string {
  const versions = loaded.version ?? loaded.default?.version
  return versions?.['tfjs-node'] ?? tf.version_core
}
