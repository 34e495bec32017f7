import { BATCH } from './layout.ts'

/** How far the threads of an evaluation are with a batch of masks: whole numbers in memory that they share. */
export type Control = Int32Array

/** Counts batches: threads wait for a new one. */
export const STARTED = 0
/** Masks in the batch, and which of the two sets they are in. */
export const MASKS = 1
export const SET = 2
/** 1 where sums are moved to a new base on the way. */
export const MOVES = 3
/** The next mask whose lists are to be made, and how many are made. */
export const NEXT_LIST = 4
export const LISTED = 5
/** The next tile to look at. */
export const NEXT_TILE = 6
/** Threads that have nothing left to do, besides the one that asked. */
export const FINISHED = 7
/** 1 once a thread has failed. */
export const FAILED = 8
/** By mask of the batch: right answers that are wanted at least, and images that are wrong so far. */
const AT_LEAST = 9
const WRONG = AT_LEAST + BATCH

export const atLeastOf = (mask: number) => AT_LEAST + mask
export const wrongOf = (mask: number) => WRONG + mask

/** How long a thread may take for what others wait for before it counts as lost. */
const LOST_MS = 120_000

export function newControl(): Control {
  return new Int32Array(new SharedArrayBuffer(4 * (WRONG + BATCH)))
}

/**
 * Waits until a number is at least `count`; false if it is not after `patienceMs` without a change. Being woken is no sign
 * that it is.
 */
export function awaitAtLeast(control: Control, at: number, count: number, patienceMs = LOST_MS): boolean {
  for (;;) {
    const now = Atomics.load(control, at)
    if (now >= count) return true
    if (Atomics.wait(control, at, now, patienceMs) === 'timed-out') return false
  }
}

/** Adds 1 and wakes those that wait for it. */
export function countUp(control: Control, at: number): void {
  Atomics.add(control, at, 1)
  Atomics.notify(control, at)
}
