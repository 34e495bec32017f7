import { packedBytes } from './mask-packer.ts'

/** What passes between the thread that asks for an evaluation and the one that makes it; memory that both share. */
export interface ThreadChannel {
  /** [state, atLeast, count]; see `ThreadState`. */
  readonly control: Int32Array
  /** Packed. */
  readonly mask: Uint8Array
}

/** `idle` and `done`: the asker's turn; `asked`: the thread's. */
export const threadState = { idle: 0, asked: 1, done: 2 } as const

/** What stands for "fewer than at least" and for "failed" in place of a count. */
export const FEWER = -1
export const FAILED = -2

export const STATE = 0
export const AT_LEAST = 1
export const COUNT = 2

export function threadChannel(maskSize: number): ThreadChannel {
  return {
    control: new Int32Array(new SharedArrayBuffer(12)),
    mask: new Uint8Array(new SharedArrayBuffer(packedBytes(maskSize))),
  }
}

/**
 * The count of the mask last asked about; undefined if it is not there in `patienceMs` of waiting. Being woken is no
 * sign that it is there: a thread may be held up between its answer and its wake-up, which then comes to the next wait.
 */
export function awaitCount(control: Int32Array, patienceMs: number): number | undefined {
  while (Atomics.load(control, STATE) === threadState.asked)
    if (Atomics.wait(control, STATE, threadState.asked, patienceMs) === 'timed-out') return undefined
  return control[COUNT]
}
