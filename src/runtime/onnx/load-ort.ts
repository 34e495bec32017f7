import { isMainThread } from 'node:worker_threads'
import { Problem } from '../../values/problem.ts'
import type { Ort } from './session.ts'

const VARIABLE = 'ORT_DISABLE_TELEMETRY'

/**
 * Turns ONNX Runtime's telemetry off for this process and those it starts, unless the user has set the variable: the engine
 * would keep an identifier and a database of events in the user's home and send them. Only before the engine is first used.
 */
export function turnTelemetryOff(): void {
  process.env[VARIABLE] ??= '1'
}

/**
 * ONNX Runtime, with its telemetry off: the only door to it. Throws a `Problem` if it cannot be loaded, or in a thread of a
 * process that has its telemetry on, as a thread cannot change that.
 */
export async function loadOrt(): Promise<Ort> {
  // A thread has a copy of the environment, which the engine does not read.
  if (!isMainThread && process.env[VARIABLE] === undefined)
    throw new Problem('usage', 'ONNX Runtime would send usage data from this thread', {
      hint: `set ${VARIABLE}=1 before the process starts; in vitest, use the plugin of prune-bench/vitest/config or pool: 'forks'`,
    })
  turnTelemetryOff()
  try {
    return await import('onnxruntime-node')
  } catch (error) {
    throw new Problem('infrastructure', 'onnxruntime-node cannot be loaded', {
      hint: 'It has binaries for Linux, macOS and Windows; reinstall it, or use --runtime wasm.',
      cause: error,
    })
  }
}
