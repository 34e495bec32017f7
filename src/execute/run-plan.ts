import { availableParallelism } from 'node:os'
import type { Plan } from '../plan/types.ts'
import type { Digest } from '../values/digest.ts'
import { createCancellation } from './cancellation.ts'
import type { Cancellation } from './cancellation.ts'
import { runUnits } from './run-units.ts'
import type { RunStore } from './run-units.ts'
import type { RunEvent, RunOutcome, WorkerSetup } from './types.ts'
import type { Executor } from './executor.ts'
import { createWorkerPool } from './worker-pool.ts'

export interface RunPlanOptions {
  readonly plan: Pick<Plan, 'units'>
  /** Keys of the units whose artifacts are wanted. */
  readonly goals: Iterable<Digest>
  /** The same store that `setup` names. What it quarantines itself is told to its own listener, not to `onEvent`. */
  readonly store: RunStore
  readonly setup: WorkerSetup
  /** JavaScript file that calls `serveWorker`. */
  readonly workerFile: string
  /** As many as the machine has cores where absent. */
  readonly workers?: number
  /** How many units that use the engine one process of their own computes at the same time; absent, they are like others. */
  readonly together?: number
  /** If it throws, the run is stopped at once and `runPlan` rejects with what was thrown. */
  readonly onEvent: (event: RunEvent) => void
  /** A line that a worker, most likely a plugin in it, printed. */
  readonly onOutput?: (worker: number, line: string) => void
  readonly cancellation?: Cancellation
  /** Nothing new starts after so many failed units. */
  readonly bail?: number
  /** How many more times a failed unit is tried; 0 where absent. */
  readonly retries?: number
  /**
   * Computes everything again, to compare it with what is stored: a difference is published as a `conflict`. Nothing goes
   * on from a checkpoint of an earlier run; what is tried again in this run does from those of this one.
   */
  readonly anew?: boolean
  /** How long one unit may take; no limit where absent. */
  readonly timeoutSeconds?: number
}

/**
 * Brings the goals' artifacts into the store with worker processes, and leaves no process behind. A unit that fails,
 * crashes its worker or runs out of time fails alone; what needs it is blocked, all else goes on.
 */
export async function runPlan({ onEvent, ...options }: RunPlanOptions): Promise<RunOutcome> {
  const { cancellation = createCancellation(), workers = availableParallelism() } = options
  let broken: { readonly error: unknown } | undefined
  const pool = createWorkerPool({
    ...options,
    workers,
    emit(event) {
      // called while a pipe is read, where nobody could catch it
      try {
        if (broken === undefined) onEvent(event)
      } catch (error) {
        broken = { error }
        pool.kill()
      }
    },
  })
  const executor: Executor = {
    ...pool,
    async execute(unit: Parameters<typeof pool.execute>[0]) {
      const attempt = await pool.execute(unit)
      if (broken !== undefined) throw broken.error
      return attempt
    },
  }
  try {
    return await runUnits({ ...options, cancellation, executor, emit: onEvent })
  } finally {
    await pool.close()
  }
}
