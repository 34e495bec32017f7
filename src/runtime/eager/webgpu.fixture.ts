import { describe } from 'vitest'
import { Problem } from '../../values/problem.ts'
import { createEagerRuntime } from '../start.ts'
import type { Runtime } from '../types.ts'

/** tfjs on the GPU, and the cpu backend that judges it. */
export interface OnGpu {
  readonly webgpu: Runtime
  readonly cpu: Runtime
}

/** Declares tests of the webgpu runtime. Where it cannot start, for want of a GPU or of its optional package, they are skipped, and it is said why. */
export async function describeOnGpu(what: string, tests: (runtimes: OnGpu) => void): Promise<void> {
  const webgpu = await createEagerRuntime('webgpu').catch((error: unknown) => {
    if (error instanceof Problem && error.kind === 'usage') return error
    throw error
  })
  const cpu = await createEagerRuntime('cpu')
  if (webgpu instanceof Problem) {
    const why = `${webgpu.message} (${webgpu.hint ?? ''})`
    process.stderr.write(`\nNOT TESTED: ${what}: ${why}\n`)
    describe.skip(`${what}: ${why}`, () => undefined)
  } else describe(what, () => tests({ webgpu, cpu }))
}
