import type * as ort from 'onnxruntime-node'
import type { DType, HostTensor } from '../../values/host-tensor.ts'
import type { Traffic } from '../types.ts'
import { deviceProblem } from './device-problem.ts'
import { formed, unformed, type Element, type Form } from './form.ts'
import { encoded } from './model.ts'
import { Scope } from './scope.ts'
import type { Ort } from './session.ts'

/** A tensor in the device's memory; it stays until it is disposed. */
export type DeviceTensor = ort.Tensor
type DeviceTensors = Readonly<Record<string, DeviceTensor>>

/** A model opened on a device: tensors go in and come out where they are. */
export interface DeviceSession {
  run(inputs: DeviceTensors): Promise<DeviceTensors>
  close(): Promise<void>
}

const OPTIONS: ort.InferenceSession.SessionOptions = {
  // A buffer that could not be had makes the run that uses it fail, not give anything.
  executionProviders: [{ name: 'webgpu', validationMode: 'basic' }],
  graphOptimizationLevel: 'all',
  logSeverityLevel: 3,
}

/** A GPU as ONNX Runtime's WebGPU provider sees it: what runs there, and all that is copied to it and back. */
export class Device {
  private readonly ort: Ort
  private readonly strict: boolean
  private readonly sessions = new Set<DeviceSession>()
  private readonly copies = new Map<string, Promise<DeviceSession>>()
  private toDevice = 0
  private toHost = 0

  /** A strict one refuses models of which the provider would leave a part to the processor. */
  constructor(engine: Ort, strict: boolean) {
    this.ort = engine
    this.strict = strict
  }

  get traffic(): Traffic {
    return { toDevice: this.toDevice, toHost: this.toHost }
  }

  /**
   * Opens a model whose outputs stay on the device.
   * Throws a `Problem` if ONNX Runtime refuses the model or the device fails.
   */
  open(name: string, model: Uint8Array): Promise<DeviceSession> {
    const extra = this.strict ? { session: { disable_cpu_ep_fallback: '1' } } : {}
    return this.opened(name, model, { preferredOutputLocation: 'gpu-buffer', extra })
  }

  /** Copies a tensor to the device, in the form in which a model takes it. */
  async upload(tensor: HostTensor, as: Form): Promise<DeviceTensor> {
    const { type, data, shape } = formed(tensor, as)
    this.toDevice += data.byteLength
    const copy = await this.copy('gpu-buffer', type, shape.length)
    const { to } = await copy.run({
      from: new this.ort.Tensor(type as 'float32', data as Float32Array, shape),
    })
    return to as DeviceTensor
  }

  /** Copies a tensor back into main memory. */
  async download(tensor: DeviceTensor, dtype: DType): Promise<HostTensor> {
    const copy = await this.copy('cpu', tensor.type as Element, tensor.dims.length)
    const { to } = await copy.run({ from: tensor })
    const { data, dims } = to as ort.Tensor
    this.toHost += (data as Float32Array).byteLength
    return unformed({ data: data as Float32Array, shape: dims }, dtype)
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.sessions].map((session) => session.close()))
  }

  /** The program that copies tensors of a type and rank to where they are wanted. */
  private copy(location: 'cpu' | 'gpu-buffer', type: Element, rank: number): Promise<DeviceSession> {
    const key = `${location} ${type} ${rank}`
    const known = this.copies.get(key)
    if (known) return known
    const opened = this.opened(`copy to ${location}`, copyModel(type, rank), {
      preferredOutputLocation: location,
    })
    this.copies.set(key, opened)
    // Another attempt, with less beside it, may have room for it.
    opened.catch(() => {
      if (this.copies.get(key) === opened) this.copies.delete(key)
    })
    return opened
  }

  private async opened(
    name: string,
    bytes: Uint8Array,
    options: ort.InferenceSession.SessionOptions,
  ): Promise<DeviceSession> {
    const failed = (error: unknown): never => {
      throw deviceProblem(name, error)
    }
    const inside = await this.ort.InferenceSession.create(bytes, { ...OPTIONS, ...options }).catch(failed)
    const session: DeviceSession = {
      run: (inputs) => inside.run(inputs).catch(failed),
      close: async () => {
        if (this.sessions.delete(session)) await inside.release()
      },
    }
    this.sessions.add(session)
    return session
  }
}

function copyModel(type: Element, rank: number): Uint8Array {
  const scope = Scope.of({ dialect: 'gpu' })
  const shape = Array.from({ length: rank }, (_, axis) => `axis ${axis}`)
  scope.copy('from', 'to')
  return encoded(scope.finish('copy', [{ name: 'from', type, shape }], [{ name: 'to', type, shape }]))
}
