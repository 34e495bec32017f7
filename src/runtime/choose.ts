import { Problem } from '../values/problem.ts'
import { createCudaRuntime, createEagerRuntime, createOnnxRuntime } from './start.ts'
import type { EagerBackend } from './eager/backends.ts'
import type { Runtime, RuntimeName } from './types.ts'

/** What the command line says about where to compute. */
export interface RuntimeChoice {
  readonly runtime: 'auto' | RuntimeName
  readonly device: 'auto' | 'cpu' | 'gpu'
  /** Threads of one program, for runtimes that let one choose. */
  readonly threads: number
  /** Has the onnx runtime compute many runs at the same time on a CPU as well, where that makes none of them faster. */
  readonly stacked?: boolean
}

type Create = (choice: RuntimeChoice) => Promise<Runtime>

const create: { readonly [N in RuntimeName]: Create } = {
  onnx: ({ device, threads, stacked }) =>
    createOnnxRuntime({
      device: device === 'auto' ? 'cpu' : device,
      threads,
      ...(stacked === undefined ? {} : { stacked }),
    }),
  cuda: async ({ device, stacked }) => {
    if (device === 'cpu') throw noDevice('cuda', 'cpu')
    return createCudaRuntime(stacked === undefined ? {} : { stacked })
  },
  tensorflow: eager('tensorflow'),
  webgpu: eager('webgpu'),
  wasm: eager('wasm'),
  cpu: eager('cpu'),
}

/**
 * The runtime of a choice; `auto` is ONNX Runtime on the CPU.
 * Throws a `Problem` if it is not installed or does not have the device: no other takes its place.
 */
export function createRuntime(choice: RuntimeChoice): Promise<Runtime> {
  return create[choice.runtime === 'auto' ? 'onnx' : choice.runtime](choice)
}

function eager(name: EagerBackend): Create {
  return async ({ device }) => {
    if (device !== 'auto' && !devicesOf[name].includes(device)) throw noDevice(name, device)
    const runtime = await createEagerRuntime(name, undefined, device)
    if (device === 'auto' || device === runtime.engine.device) return runtime
    await runtime.dispose()
    throw noDevice(name, device)
  }
}

/** Where tfjs' backends can run at all. */
const devicesOf: { readonly [N in EagerBackend]: readonly ('cpu' | 'gpu')[] } = {
  tensorflow: ['cpu', 'gpu'],
  webgpu: ['gpu'],
  wasm: ['cpu'],
  cpu: ['cpu'],
}

function noDevice(name: Exclude<RuntimeName, 'onnx'>, device: 'cpu' | 'gpu'): Problem {
  const hint =
    name !== 'tensorflow'
      ? `Use --device ${device === 'gpu' ? 'cpu' : 'gpu'}, or --runtime onnx.`
      : device === 'gpu'
        ? 'Only @tensorflow/tfjs-node is installed; npm install @tensorflow/tfjs-node-gpu.'
        : 'Only @tensorflow/tfjs-node-gpu is used when it is there; choose --runtime onnx for the CPU.'
  return new Problem('usage', `the ${name} runtime does not run on the ${device} here`, { hint })
}
