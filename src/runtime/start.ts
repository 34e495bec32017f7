import type { DeviceChoice, EagerBackend } from './eager/backends.ts'
import type { Importer } from './eager/installed.ts'
import type { CudaOptions, OnnxOptions } from './onnx/onnx-runtime.ts'
import type { DeviceOp } from './onnx/device-ops.ts'
import type { HostTensor, NamedTensors, TensorSpec } from '../values/host-tensor.ts'
import type { Portable } from './onnx/write-portable.ts'
import type { Named, Runtime } from './types.ts'

// Loading tfjs and the engines takes longer than many commands of the command line: only who computes pays for it.

/**
 * Compiles functions to ONNX models and runs them with ONNX Runtime.
 * Throws a `Problem` if onnxruntime-node cannot be loaded or the device is not to be had.
 */
export async function createOnnxRuntime(options: OnnxOptions): Promise<Runtime> {
  const onnx = await import('./onnx/onnx-runtime.ts')
  return onnx.createOnnxRuntime(options)
}

/** The same by ONNX Runtime's CUDA provider. Throws a `Problem` where that is not installed or finds no GPU. */
export async function createCudaRuntime(options: CudaOptions = {}): Promise<Runtime> {
  const onnx = await import('./onnx/onnx-runtime.ts')
  return onnx.createCudaRuntime(options)
}

/** Which operations of compiled functions a GPU computes, and which it leaves to the processor. */
export async function onnxDeviceOps(): Promise<DeviceOp[]> {
  const [{ deviceOps }, { loadOrt }] = await Promise.all([
    import('./onnx/device-ops.ts'),
    import('./onnx/load-ort.ts'),
  ])
  return deviceOps(await loadOrt())
}

/**
 * Runs functions op by op on a tfjs backend; `load` imports a package by its name.
 * Throws a `Problem` if the backend is not installed or does not start.
 */
export async function createEagerRuntime(
  backend: EagerBackend,
  load?: Importer,
  device?: DeviceChoice,
): Promise<Runtime> {
  const eager = await import('./eager/eager-runtime.ts')
  return eager.createEagerRuntime(backend, load, device)
}

/** The bytes of an ONNX model that computes a function for batches of any size, in plain ONNX Runtime and elsewhere. */
export async function portableOnnx<Weights extends NamedTensors>(
  portable: Portable<Weights>,
): Promise<Uint8Array> {
  const onnx = await import('./onnx/write-portable.ts')
  return onnx.portableOnnx(portable)
}

/** A portable model opened in ONNX Runtime as any program would: one batch in, one out. */
export interface OpenPortable {
  run(batch: HostTensor): Promise<HostTensor>
  close(): Promise<void>
}

/** Opens what `portableOnnx` wrote, by the names it has inside. Throws a `Problem` if ONNX Runtime refuses it. */
export async function openPortable(bytes: Uint8Array, input: string, output: string): Promise<OpenPortable> {
  const [{ openSession }, { loadOrt }] = await Promise.all([
    import('./onnx/session.ts'),
    import('./onnx/load-ort.ts'),
  ])
  const model = { bytes, inputs: [input], outputs: [output], computed: 0 }
  const session = await openSession(await loadOrt(), 'exported network', model, { logSeverityLevel: 3 })
  return {
    run: async (batch) => (await session.run([batch]))[0] as HostTensor,
    close: () => session.close(),
  }
}

/** How many multiplications a function does with each of its inputs, by path; see `trace/multiply-adds.ts`. */
export async function multiplyAdds(
  name: string,
  signature: Named<TensorSpec>,
  fn: (inputs: unknown) => unknown,
): Promise<ReadonlyMap<string, number>> {
  const counting = await import('./trace/multiply-adds.ts')
  return counting.multiplyAdds(name, signature, fn)
}
