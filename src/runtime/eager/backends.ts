import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { Problem } from '../../values/problem.ts'
import type { Engine } from '../types.ts'

export type EagerBackend = 'cpu' | 'wasm' | 'tensorflow'

/** Loads a package by name; tests put their own in its place. */
export type Importer = (packageName: string) => unknown

const require = createRequire(import.meta.url)

/** A CommonJS package, as the optional ones are; not an `import`, which bundlers would want to resolve. */
export const installedPackage: Importer = (name) => require(name) as unknown

/** Loads what tfjs needs to compute on a backend and makes it tfjs' current one; says what it is. */
export const backends: { readonly [B in EagerBackend]: (load: Importer) => Promise<Engine> } = {
  cpu: async () => {
    await import('@tensorflow/tfjs-backend-cpu')
    await choose('cpu')
    return { runtime: 'cpu', version: tf.version_core, device: 'cpu', threads: 1 }
  },
  wasm: async () => {
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm')
    // Once the backend runs its files cannot be moved any more.
    if (!('wasm' in tf.engine().registry)) setWasmPaths(join(wasmFolder(), 'dist') + sep)
    await choose('wasm')
    return { runtime: 'wasm', version: tf.version_core, device: 'cpu', threads: 1 }
  },
  tensorflow: async (load) => {
    const gpu = await installed(load, '@tensorflow/tfjs-node-gpu')
    const found = gpu ?? (await installed(load, '@tensorflow/tfjs-node'))
    if (!found)
      throw new Problem('usage', 'the tensorflow runtime is not installed', {
        hint: 'npm install @tensorflow/tfjs-node-gpu (NVIDIA, CUDA 11) or npm install @tensorflow/tfjs-node',
      })
    await choose('tensorflow')
    return { runtime: 'tensorflow', version: versionOf(found), device: gpu ? 'gpu' : 'cpu', threads: 1 }
  },
}

async function choose(backend: string): Promise<void> {
  if (await tf.setBackend(backend)) return
  throw new Problem('infrastructure', `TensorFlow.js cannot start its ${backend} backend`)
}

function wasmFolder(): string {
  return dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json'))
}

/** A package that may be missing. One that is there but fails to load is a `Problem`: it was meant to be used. */
async function installed(load: Importer, name: string): Promise<TfjsNode | undefined> {
  try {
    return (await load(name)) as TfjsNode
  } catch (error) {
    if (isMissing(error, name)) return undefined
    throw new Problem('infrastructure', `${name} is installed but cannot be loaded: ${String(error)}`, {
      hint: 'Reinstall it, or choose another runtime.',
      cause: error,
    })
  }
}

function isMissing(error: unknown, name: string): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false
  const missing = error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'MODULE_NOT_FOUND'
  return missing && error.message.includes(name)
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
