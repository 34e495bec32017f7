import type { KeptFirst } from './flips.ts'
import type { Memory } from './memory.ts'
import type { PackedMask } from './packed-mask.ts'

/**
 * Where simulated annealing stands. Plain data, never changed: it can be stored, copied between processes, kept to
 * return to. Arrays are shared between states and must not be written to.
 */
export interface AnnealingState {
  /** Masks evaluated so far; the next proposal has this number. */
  readonly evaluated: number
  /** The current mask, in three forms. */
  readonly mask: Uint8Array
  readonly packed: PackedMask
  readonly order: KeptFirst
  readonly memory: Memory
  /** Which temperature it is at, counted from 0, and how many of its proposals are decided. */
  readonly temperature: number
  readonly decided: number
  /** Accuracies in % whose mean proposals are measured against: see `average`. */
  readonly accepted: { readonly sum: number; readonly count: number }
  /** The mask that was current after the temperature with the highest average so far, and that average. */
  readonly best: { readonly average: number; readonly mask: Uint8Array } | null
  /** Proposals decided so far: better ones, worse ones accepted, worse ones rejected. */
  readonly steps: { readonly down: number; readonly up: number; readonly no: number }
}

/**
 * What proposals are measured against, in %: the mean accuracy of the states accepted at this temperature and of the
 * average it began with. Null before the first mask, which is always accepted.
 */
export function average({ accepted }: AnnealingState): number | null {
  return accepted.count === 0 ? null : accepted.sum / accepted.count
}

/** How often the current mask has changed. */
export function moves({ steps }: AnnealingState): number {
  return steps.down + steps.up
}

/** The end of a temperature: the current mask is the best if the average is; the average is carried over. */
export function cooled(state: AnnealingState): AnnealingState {
  const next = { ...state, temperature: state.temperature + 1, decided: 0 }
  const carried = average(state)
  if (carried === null) return next
  const best =
    state.best === null || carried > state.best.average ? { average: carried, mask: state.mask } : state.best
  return { ...next, accepted: { sum: carried, count: 1 }, best }
}
