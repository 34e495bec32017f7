import { adapterNamed, type Adapter, type RuntimeChoice, type RuntimeReport } from '../../runtime/index.ts'
import type { Environment } from '../environment.ts'
import { gpuAdvice } from './advice.ts'
import { gpuHardware } from './hardware.ts'
import { probe } from './probe.ts'
import { vulkanFrom } from './vulkan.ts'

/** How a runtime fared that may use a GPU, and which that is. */
export interface GpuOf {
  readonly report: RuntimeReport
  /** Absent where nobody knows its name. */
  readonly adapter: Adapter | undefined
  /** What is missing and how to get it. */
  readonly advice: readonly string[]
}

/** Starts the runtime in a process of its own. */
export async function gpuOf(choice: RuntimeChoice, env: Pick<Environment, 'env' | 'cwd'>): Promise<GpuOf> {
  const { report, said } = await probe(choice, env)
  const vulkan = vulkanFrom(said)
  const [best] = vulkan.devices
  const own = report.available ? report.adapter : undefined
  const adapter = best === undefined ? own : adapterNamed(best)
  // The advice is about Linux; and about GPUs, not about packages that are not installed.
  const optional = ['cuda', 'tensorflow', 'webgpu'].includes(choice.runtime)
  if (process.platform !== 'linux' || optional) return { report, adapter, advice: [] }
  const advice = gpuAdvice({ hardware: gpuHardware(), vulkan, usable: report.available })
  return { report, adapter, advice }
}
