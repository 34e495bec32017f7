import type { EngineIdentity } from '../plan/index.ts'
import { Problem } from '../values/problem.ts'

/** As many small networks as fill a GPU; the engine finds out how many of them to compute at once. */
const MANY = 64

interface Together {
  /** How many units that use the engine one process computes at the same time; undefined where every core has one. */
  readonly together: number | undefined
  /** Whether the engine computes them in one program. */
  readonly stacked: boolean
}

/** How many units to compute at once on an engine; a CPU does so only where it was told how many. */
export function togetherOn({ runtime, device }: EngineIdentity, told: number | undefined): Together {
  if (runtime === 'onnx') {
    const stacked = device === 'gpu' || told !== undefined
    return { stacked, together: told ?? (stacked ? MANY : undefined) }
  }
  if (told !== undefined)
    throw new Problem('usage', `the ${runtime} runtime computes one unit at a time, not ${told}`, {
      hint: 'leave out --together, or use --runtime onnx',
    })
  // A GPU belongs to one process, whatever runs on it.
  return { stacked: false, together: device === 'gpu' ? 1 : undefined }
}
