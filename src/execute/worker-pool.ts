import type { Unit } from '../plan/types.ts'
import type { Executor } from './executor.ts'
import type { RunEvent, WorkerSetup } from './types.ts'
import { WorkerPlace } from './worker-place.ts'

export interface WorkerPoolOptions {
  readonly setup: WorkerSetup
  /** JavaScript file that calls `serveWorker`. */
  readonly workerFile: string
  /** Processes that compute one unit at a time each. */
  readonly workers: number
  /**
   * For an engine that one process owns: units that use it are computed in one more process, so many of them at the same
   * time, and no others are.
   */
  readonly together?: number
  readonly timeoutSeconds?: number
  readonly emit: (event: RunEvent) => void
  /** A line that a worker, most likely a plugin in it, printed. */
  readonly onOutput?: (worker: number, line: string) => void
}

/** Worker processes that compute units. */
export interface WorkerPool extends Executor {
  /** Ends all workers; resolves when they are gone. */
  close(): Promise<void>
}

/** Worker processes, started when they are first needed, used again, and replaced after a crash or a time-out. */
export function createWorkerPool(options: WorkerPoolOptions): WorkerPool {
  const { workers, together } = options
  const shared = together === undefined ? undefined : new WorkerPlace(1, together, options)
  const first = shared === undefined ? 1 : 2
  const own = Array.from({ length: workers }, (_, i) => new WorkerPlace(first + i, 1, options))
  const places = shared === undefined ? own : [shared, ...own]

  const laneOf = ({ document }: Unit) => (shared !== undefined && document.engine !== null ? 'shared' : 'own')
  const placeIn = (lane: string): WorkerPlace | undefined =>
    (lane === 'shared' && shared !== undefined ? [shared] : own).find((place) => place.hasRoom)
  return {
    workers: places.length,
    ...(together === undefined ? {} : { together }),
    laneOf,
    hasRoomIn: (lane) => placeIn(lane) !== undefined,
    async execute(unit) {
      const place = placeIn(laneOf(unit))
      if (place === undefined) throw new Error(`All ${places.length} workers are busy`)
      return place.execute(unit)
    },
    kill() {
      for (const place of places) place.kill()
    },
    async close() {
      await Promise.all(places.map((place) => place.close()))
    },
  }
}
