import type { AllowedReads } from '../reads/index.ts'
import type { UnitProgress } from '../units/types.ts'
import type { Digest } from '../values/digest.ts'
import type { Failure } from '../values/failure.ts'
import type { Problem } from '../values/problem.ts'
import type { Published, Quarantined } from '../store/types.ts'

/** What happens during a run, in order; the same events go to the live view and, but for progress, to the journal. */
export type RunEvent =
  | {
      readonly type: 'run-started'
      /** Units that were looked at: those to compute and the cached ones that they or the goals rest on. */
      readonly units: number
      readonly cached: number
      /** Expected cost of the units to compute. */
      readonly weight: number
      readonly workers: number
      /** How many units one of the workers computes at the same time; absent for one. */
      readonly together?: number
    }
  | { readonly type: 'unit-started'; readonly key: Digest; readonly label: string; readonly worker: number }
  /** It goes on from what it saved before it was cut off: how far it is, and when that was saved, ISO 8601. */
  | ({
      readonly type: 'unit-resumed'
      readonly key: Digest
      readonly label: string
      readonly worker: number
      readonly saved: string
    } & UnitProgress)
  | ({ readonly type: 'unit-progress'; readonly key: Digest; readonly worker: number } & UnitProgress)
  | {
      readonly type: 'unit-finished'
      readonly key: Digest
      readonly seconds: number
      readonly published: Published
    }
  /** It failed and will be tried again; `attempt` counts from 1. */
  | {
      readonly type: 'unit-retried'
      readonly key: Digest
      readonly label: string
      readonly failure: Failure
      readonly attempt: number
    }
  | { readonly type: 'unit-failed'; readonly key: Digest; readonly label: string; readonly failure: Failure }
  /** Not run because the unit `by` failed. */
  | { readonly type: 'unit-blocked'; readonly key: Digest; readonly label: string; readonly by: Digest }
  | ({ readonly type: 'quarantined' } & Quarantined)
  | {
      readonly type: 'worker-exited'
      readonly worker: number
      readonly exitCode: number | null
      readonly signal: string | null
    }
  | { readonly type: 'run-finished'; readonly seconds: number; readonly cancelled: boolean }

/** How a unit ended. */
export type UnitOutcome =
  | { readonly status: 'cached' }
  /** `conflict`: its result is another than the stored one of the same key, which was kept or replaced. */
  | { readonly status: 'computed'; readonly seconds: number; readonly conflict?: 'kept' | 'replaced' }
  | { readonly status: 'failed'; readonly failure: Failure }
  | { readonly status: 'blocked'; readonly by: Digest }
  | { readonly status: 'cancelled' }

export interface RunOutcome {
  /** Every unit that was looked at; an input of cached units alone is not. */
  readonly units: ReadonlyMap<Digest, UnitOutcome>
  /** Whether somebody cancelled the run. Units also end as `cancelled` after `bail` failures and after a `problem`. */
  readonly cancelled: boolean
  readonly seconds: number
  /** Why the run was stopped early where no unit is to blame: of kind `infrastructure` or `data`. */
  readonly problem?: Problem
}

/** What a worker process is told before its first unit; everything in it is JSON. */
export interface WorkerSetup {
  /** The store's folder. */
  readonly store: string
  /** The project's folder. */
  readonly project: string
  /** Whether results replace stored ones of the same key that differ from them. */
  readonly replace?: boolean
  /** Bundled plugins by kind and name: the file to import. Data sets a user defined are among them. */
  readonly plugins: readonly {
    readonly kind: 'model' | 'criterion' | 'dataset'
    readonly name: string
    readonly file: string
    /** What it may read; absent where its reads are not recorded, as a data set's, whose content is. */
    readonly reads?: AllowedReads
  }[]
  readonly runtime: {
    readonly runtime: string
    readonly device: string
    readonly threads: number
    readonly stacked?: boolean
  }
  readonly data: { readonly userFolder: string | null; readonly cacheFolder: string }
}
