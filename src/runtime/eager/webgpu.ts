import * as tf from '@tensorflow/tfjs-core'
import { Problem } from '../../values/problem.ts'
import { adapterNamed, type Adapter } from '../adapter.ts'
import type { DeviceWatch } from './backends.ts'
import { installed, type Importer } from './installed.ts'
import { registerWebgpuMask } from './webgpu-mask.ts'

/** The npm package `webgpu`: Chromium's WebGPU, in Node. */
interface Dawn {
  readonly create: (options: readonly string[]) => GPU
  /** Classes and constants that browsers have as globals. */
  readonly globals: object
}

/** As today's WebGPU has it; tfjs' types know an older one. */
type AdapterWithInfo = GPUAdapter & { readonly info: GPUAdapterInfo }

/** The device that tfjs computes on: one for the process, shared by all runtimes that use it. */
interface Opened {
  readonly device: GPUDevice
  readonly version: string
  readonly adapter: Adapter
  users: number
  lost: GPUDeviceLostInfo | undefined
}

let opened: Opened | undefined

/** Registers tfjs' WebGPU backend on this machine's fastest GPU; it stays until everyone has given it back. */
export async function startWebgpu(
  load: Importer,
): Promise<{ readonly version: string; readonly adapter: Adapter; readonly watch: DeviceWatch }> {
  if (opened?.lost) close(opened)
  const device = (opened ??= await open(load))
  device.users++
  return { version: device.version, adapter: device.adapter, watch: watchOf(device) }
}

async function open(load: Importer): Promise<Opened> {
  const dawn = await installed<Dawn>(load, 'webgpu')
  if (!dawn)
    throw new Problem('usage', 'the webgpu runtime is not installed', { hint: 'npm install webgpu@0.6' })
  const { version } = (await load('webgpu/package.json')) as { readonly version: string }
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu')
  // Else small tensors are computed in main memory, or not, depending on where they were before.
  tf.env().set('WEBGPU_CPU_FORWARD', false)
  Object.assign(globalThis, dawn.globals)
  const gpu = dawn.create([])
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' })
  if (!adapter)
    throw new Problem('usage', 'the webgpu runtime finds no GPU', {
      hint: 'prune-bench doctor tells what is missing; --device cpu needs none.',
    })
  const device = await adapter.requestDevice({ requiredLimits: limitsOf(adapter) })
  const { info } = adapter as AdapterWithInfo
  tf.registerBackend('webgpu', () => withNavigator(gpu, () => new WebGPUBackend(device, info)))
  registerWebgpuMask()
  const state: Opened = {
    device,
    version: `${tf.version_core}+webgpu.${version}`,
    adapter: adapterOf(info),
    users: 0,
    lost: undefined,
  }
  void device.lost.then((info) => (state.lost = info))
  return state
}

function adapterOf({ description, vendor, architecture }: GPUAdapterInfo): Adapter {
  return adapterNamed(description || `${vendor} ${architecture}`.trim() || 'a GPU without a name')
}

/** All that the adapter has of what limits the size of tensors and of the groups that compute them. */
function limitsOf({ limits }: GPUAdapter): Record<string, number> {
  const wanted = [
    'maxComputeWorkgroupStorageSize',
    'maxComputeWorkgroupsPerDimension',
    'maxStorageBufferBindingSize',
    'maxBufferSize',
    'maxComputeWorkgroupSizeX',
    'maxComputeInvocationsPerWorkgroup',
  ] as const
  return Object.fromEntries(wanted.map((name) => [name, limits[name]]))
}

/** Calls what looks for WebGPU where browsers have it. Afterwards it is gone: others would take Node for a browser. */
function withNavigator<T>(gpu: GPU, work: () => T): T {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator')
  Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true })
  try {
    return work()
  } finally {
    if (before) Object.defineProperty(globalThis, 'navigator', before)
    else Reflect.deleteProperty(globalThis, 'navigator')
  }
}

const SCOPES = ['validation', 'out-of-memory', 'internal'] as const

// tfjs does not look at errors of the device: the results would be zeros.
function watchOf(state: Opened): DeviceWatch {
  const { device } = state
  return {
    listen: (name) => {
      if (state.lost) throw lostProblem(name, state.lost)
      for (const scope of SCOPES) device.pushErrorScope(scope)
      return async () => {
        const errors = await Promise.all(SCOPES.map(() => device.popErrorScope().catch(() => null)))
        if (state.lost) throw lostProblem(name, state.lost)
        const error = errors.find((e) => e !== null)
        if (error) throw errorProblem(name, error)
      }
    },
    release: () => {
      if (--state.users === 0) close(state)
    },
  }
}

function close(state: Opened): void {
  if (opened !== state) return
  opened = undefined
  tf.removeBackend('webgpu')
  state.device.destroy()
}

function lostProblem(name: string, { message }: GPUDeviceLostInfo): Problem {
  return new Problem('device', `${name}: the GPU was lost: ${message || 'no reason was given'}`, {
    hint: 'Its driver was reset, or it took too long over one operation: smaller batches, or --device cpu.',
  })
}

function errorProblem(name: string, error: GPUError): Problem {
  return error instanceof GPUOutOfMemoryError
    ? new Problem('cell', `${name}: the GPU has not enough memory`, {
        hint: 'Use smaller batches, or --device cpu.',
        cause: error,
      })
    : new Problem('infrastructure', `${name}: the GPU refuses the program: ${error.message}`, {
        hint: 'Use --runtime onnx, or --device cpu.',
        cause: error,
      })
}
