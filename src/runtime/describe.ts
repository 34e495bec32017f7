import { Problem } from '../values/problem.ts'
import { createRuntime } from './choose.ts'
import type { RuntimeName } from './types.ts'

/** Whether a runtime can be used on this machine; what `doctor` tells about it. */
export type RuntimeReport =
  | {
      readonly runtime: RuntimeName
      readonly available: true
      readonly version: string
      readonly device: 'cpu' | 'gpu'
      /** What `--runtime auto` chooses. */
      readonly chosen: boolean
    }
  | {
      readonly runtime: RuntimeName
      readonly available: false
      /** Why not. */
      readonly reason: string
      /** How to get it. */
      readonly hint: string | undefined
    }

const NAMES = ['onnx', 'tensorflow', 'webgpu', 'wasm', 'cpu'] as const satisfies readonly RuntimeName[]

/** Starts every runtime once and tells which of them work. */
export async function describeRuntimes(): Promise<RuntimeReport[]> {
  const reports: RuntimeReport[] = []
  for (const runtime of NAMES) reports.push(await describe(runtime))
  return reports
}

async function describe(runtime: RuntimeName): Promise<RuntimeReport> {
  try {
    const started = await createRuntime({ runtime, device: 'auto', threads: 1 })
    const { version, device } = started.engine
    await started.dispose()
    return { runtime, available: true, version, device, chosen: runtime === 'onnx' }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return { runtime, available: false, reason: error.message, hint: error.hint }
  }
}
