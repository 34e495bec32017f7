import { float32 } from '../values/host-tensor.ts'
import { Problem, type ProblemKind } from '../values/problem.ts'
import type { Adapter } from './adapter.ts'
import { createRuntime, type RuntimeChoice } from './choose.ts'
import type { Engine, Runtime } from './types.ts'

/** Whether a runtime can be used on this machine; what `doctor` tells about it. */
export type RuntimeReport =
  | {
      readonly available: true
      readonly engine: Engine
      /** The GPU, where the runtime knows its name. */
      readonly adapter?: Adapter
    }
  | {
      readonly available: false
      readonly kind: ProblemKind
      /** Why not. */
      readonly reason: string
      /** How to get it. */
      readonly hint: string | undefined
    }

/** Starts a runtime, has it compute something and tells how that went. */
export async function describeRuntime(choice: RuntimeChoice): Promise<RuntimeReport> {
  try {
    const runtime = await createRuntime(choice)
    const { engine, adapter } = runtime
    await compute(runtime)
    await runtime.dispose()
    return { available: true, engine, ...(adapter && { adapter }) }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const { kind, message, hint } = error
    return { available: false, kind, reason: message, hint }
  }
}

async function compute(runtime: Runtime): Promise<void> {
  const { add } = await import('@tensorflow/tfjs-core')
  const x = { dtype: 'float32', shape: [2] } as const
  const double = await runtime.compile('a first sum', { x }, (given) => ({ y: add(given.x, given.x) }))
  const { y } = await double.run({ x: float32([2], [1, 2]) })
  if (y.data.join() !== '2,4')
    throw new Problem('infrastructure', `it says that 1 + 1 and 2 + 2 are ${y.data.join(' and ')}`, {
      hint: 'Its driver or its package is broken; choose another runtime.',
    })
}
