import { test } from 'vitest'
import { Problem } from '../values/problem.ts'
import { createOnnxRuntime } from './index.ts'
import type { Runtime } from './types.ts'

/** The onnx runtime on this machine's GPU, or on software that stands in for one; or why there is none, which fails the tests where PRUNE_BENCH_NEEDS_GPU is set. */
const found = await opened({})

async function opened(how: { readonly strict?: boolean }): Promise<Runtime | Problem> {
  return createOnnxRuntime({ device: 'gpu', ...how }).catch((error: unknown) => {
    if (error instanceof Problem && error.kind === 'usage') return error
    throw error
  })
}

if (found instanceof Problem && process.env.PRUNE_BENCH_NEEDS_GPU) throw found
if (found instanceof Problem)
  process.stderr.write(`\nSKIPPED, not tested on a GPU: ${found.message}\n${found.hint ?? ''}\n`)

/** A test that needs a GPU; skipped, and said so on standard error, where there is none. */
export const gpuTest = test.skipIf(found instanceof Problem)

/** The runtime that a file's tests share. */
export function gpuRuntime(): Runtime {
  return there(found)
}

/** One that refuses functions of which a part would be left to the processor. */
export async function strictGpuRuntime(): Promise<Runtime> {
  return there(await opened({ strict: true }))
}

function there(runtime: Runtime | Problem): Runtime {
  if (runtime instanceof Problem) throw runtime
  return runtime
}
