import type { Unit } from '../plan/types.ts'
import type { Published } from '../store/types.ts'
import type { Digest } from '../values/digest.ts'
import type { Failure } from '../values/failure.ts'
import type { ProblemKind } from '../values/problem.ts'

/** How one try to compute a unit ended. */
export type Attempt =
  | { readonly type: 'finished'; readonly seconds: number; readonly published: Published }
  /** `problem`: the kind of the `Problem` that was thrown, if it was one. */
  | { readonly type: 'failed'; readonly failure: Failure; readonly problem?: ProblemKind }
  /** An input that was taken for present is not, or was corrupt and has been set aside. */
  | { readonly type: 'bad-input'; readonly input: Digest }
  /** Stopped by `kill`. */
  | { readonly type: 'killed' }

/** What computes units and puts their artifacts into the store. */
export interface Executor {
  /** How many processes compute them. */
  readonly workers: number
  /** How many of them one process computes at the same time, and the sooner the more alike they are; absent for one. */
  readonly together?: number
  /** Which of its processes may compute a unit: all units of one lane have room, or none. */
  laneOf(unit: Unit): string
  /** Whether a unit of the lane can be computed beside those that are. */
  hasRoomIn(lane: string): boolean
  /** Only where there is room. Never rejects for what a unit did. */
  execute(unit: Unit): Promise<Attempt>
  /** Stops what is running at once. */
  kill(): void
}
