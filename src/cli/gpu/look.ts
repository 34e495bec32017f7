import { adapterNamed, type Adapter, type RuntimeReport } from '../../runtime/index.ts'
import type { Environment } from '../environment.ts'
import { gpuAdvice } from './advice.ts'
import { gpuHardware, type GpuHardware } from './hardware.ts'
import { probe } from './probe.ts'
import { vulkanFrom, type Vulkan } from './vulkan.ts'

/** A machine's GPUs, how programs reach them, and what stands between. */
export interface GpuView {
  /** The most powerful first. */
  readonly adapters: readonly Adapter[]
  /** How ONNX Runtime fared on the first of them, and TensorFlow.js' WebGPU backend. */
  readonly onnx: RuntimeReport
  readonly webgpu: RuntimeReport
  /** Known on Linux alone. */
  readonly linux: { readonly hardware: GpuHardware; readonly vulkan: Vulkan } | undefined
  /** What is missing and how to get it. */
  readonly advice: readonly string[]
}

/** Asks the drivers, in processes of their own. */
export async function lookForGpus(env: Environment): Promise<GpuView> {
  const [onnx, webgpu] = await Promise.all([
    probe({ runtime: 'onnx', device: 'gpu', threads: 1 }, env),
    probe({ runtime: 'webgpu', device: 'gpu', threads: 1 }, env),
  ])
  const reports = { onnx: onnx.report, webgpu: webgpu.report }
  if (process.platform !== 'linux')
    return { ...reports, adapters: adaptersOf(reports, []), linux: undefined, advice: [] }
  const linux = { hardware: gpuHardware(), vulkan: vulkanFrom(webgpu.said + onnx.said) }
  const usable = onnx.report.available || webgpu.report.available
  const advice = gpuAdvice({ ...linux, usable })
  return { ...reports, adapters: adaptersOf(reports, linux.vulkan.devices), linux, advice }
}

/** What Vulkan lists; else what the runtimes tell: one that computed on a GPU had one. */
function adaptersOf(
  { onnx, webgpu }: Pick<GpuView, 'onnx' | 'webgpu'>,
  devices: readonly string[],
): readonly Adapter[] {
  if (devices.length > 0) return devices.map(adapterNamed)
  if (webgpu.available && webgpu.adapter !== undefined) return [webgpu.adapter]
  return onnx.available ? [{ name: 'a GPU whose name is not known', software: false }] : []
}
