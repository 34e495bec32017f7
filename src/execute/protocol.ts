import type { Unit } from '../plan/types.ts'
import type { Published, Quarantined } from '../store/types.ts'
import type { UnitProgress } from '../units/types.ts'
import type { Digest } from '../values/digest.ts'
import type { Failure } from '../values/failure.ts'
import type { ProblemKind } from '../values/problem.ts'
import type { WorkerSetup } from './types.ts'

/** The file descriptor on which a worker tells what happens, one JSON text per line. */
export const EVENT_DESCRIPTOR = 3

/** What a worker reads from its standard input, one JSON text per line. It computes all units that it was given at the same time. */
export type WorkerCommand =
  /** The first command. `parent` is the process that the worker must not outlive. */
  | { readonly type: 'setup'; readonly setup: WorkerSetup; readonly parent: number }
  | { readonly type: 'run'; readonly unit: Unit }
  /** It is to say `answered`, which it cannot while a unit blocks it. */
  | { readonly type: 'answer' }

/** What a worker tells. */
export type WorkerMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'answered' }
  | ({ readonly type: 'quarantined' } & Quarantined)
  | UnitMessage

/** What a worker tells of a unit that it was given. */
export type UnitMessage = { readonly key: Digest } &
  /** It has taken the unit up: what happens from here on is the unit's doing. */
  (
    | { readonly type: 'accepted' }
    | ({ readonly type: 'progress' } & UnitProgress)
    /** It goes on from a checkpoint that was saved at that time, ISO 8601. */
    | ({ readonly type: 'resumed'; readonly saved: string } & UnitProgress)
    | { readonly type: 'finished'; readonly seconds: number; readonly published: Published }
    | { readonly type: 'bad-input'; readonly input: Digest }
    | {
        readonly type: 'failed'
        readonly failure: Failure
        readonly problem?: ProblemKind
        /** Whether the worker cannot be trusted with another unit and ends itself. */
        readonly last: boolean
      }
  )
