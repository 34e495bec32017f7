import type { Failure } from '../values/failure.ts'

/** What the live view is told; an executor's events fit. Events of other types are ignored. */
export type ProgressEvent =
  | {
      readonly type: 'run-started'
      readonly units: number
      readonly cached: number
      readonly workers: number
      readonly together?: number
      /** Expected cost of the units to compute. */
      readonly weight: number
    }
  | { readonly type: 'unit-started'; readonly key: string; readonly label: string; readonly worker: number }
  /** It goes on from a checkpoint: `done` is the work of an earlier run. */
  | {
      readonly type: 'unit-resumed'
      readonly key: string
      readonly worker: number
      readonly done: number
      readonly total: number
    }
  | {
      readonly type: 'unit-progress'
      readonly key: string
      readonly worker: number
      readonly done: number
      readonly total: number
      readonly note?: string
    }
  | {
      readonly type: 'unit-finished'
      readonly key: string
      readonly seconds: number
      readonly published: 'committed' | 'duplicate' | 'conflict' | 'replaced'
    }
  /** It failed and will be tried again; `attempt` counts from 1. */
  | {
      readonly type: 'unit-retried'
      readonly key: string
      readonly label: string
      readonly failure: Failure
      readonly attempt: number
    }
  | {
      readonly type: 'unit-failed'
      readonly key: string
      readonly label: string
      readonly failure: Failure
    }
  | { readonly type: 'unit-blocked'; readonly key: string; readonly label: string; readonly by: string }
  | {
      readonly type: 'quarantined'
      readonly key: string
      readonly file: string
      readonly expected: string
      readonly found: string
      readonly movedTo: string
    }
  | {
      readonly type: 'worker-exited'
      readonly worker: number
      readonly exitCode: number | null
      readonly signal: string | null
    }
  | { readonly type: 'run-finished'; readonly seconds: number; readonly cancelled: boolean }

/** What one worker is doing. */
export interface RunningUnit {
  readonly key: string
  readonly label: string
  readonly worker: number
  /** Milliseconds, on the clock of the events. */
  readonly started: number
  /** What an earlier run had done of it: tells nothing about how fast this one is. */
  readonly from: number
  readonly done: number
  readonly total: number
  readonly note: string
}

/** How far a run is: a function of its events and of when they came. */
export interface ProgressState {
  /** Milliseconds; null before the run has started. */
  readonly started: number | null
  readonly finished: boolean
  /** Units of the plan, those that were in the store from the start, and how many ended since. */
  readonly units: number
  readonly cached: number
  readonly computed: number
  readonly failed: number
  readonly blocked: number
  /**
   * Expected cost of the units to compute, and of those that were computed, without what an earlier run had done of them.
   * Units of failures count as done.
   */
  readonly weight: { readonly total: number; readonly done: number; readonly computed: number }
  readonly running: readonly RunningUnit[]
}

/** Expected cost of each unit of a plan, by key; the same for all where they are not known. */
export type Weights = ReadonlyMap<string, number>

export function initialProgress(): ProgressState {
  return {
    started: null,
    finished: false,
    units: 0,
    cached: 0,
    computed: 0,
    failed: 0,
    blocked: 0,
    weight: { total: 0, done: 0, computed: 0 },
    running: [],
  }
}

/** The state after one more event, at `now` in milliseconds. */
export function progressAfter(
  state: ProgressState,
  event: ProgressEvent,
  now: number,
  weights: Weights | undefined,
): ProgressState {
  const weightOf = (key: string) => (weights === undefined ? 1 : (weights.get(key) ?? 0))
  switch (event.type) {
    case 'run-started': {
      const { units, cached, weight } = event
      const none = { total: weight, done: 0, computed: 0 }
      return { ...initialProgress(), started: now, units, cached, weight: none }
    }
    case 'unit-started': {
      const { key, label, worker } = event
      const unit = { key, label, worker, started: now, from: 0, done: 0, total: 0, note: '' }
      const others = state.running.filter((running) => running.key !== key)
      return { ...state, running: [...others, unit].sort((a, b) => a.worker - b.worker) }
    }
    case 'unit-resumed': {
      const { key, done, total } = event
      return {
        ...state,
        running: state.running.map((unit) =>
          unit.key === key ? { ...unit, from: done, done, total } : unit,
        ),
      }
    }
    case 'unit-progress':
      return {
        ...state,
        running: state.running.map((unit) =>
          unit.key === event.key
            ? { ...unit, done: event.done, total: event.total, note: event.note ?? unit.note }
            : unit,
        ),
      }
    case 'unit-retried':
      return { ...state, running: state.running.filter((unit) => unit.key !== event.key) }
    case 'unit-finished':
      return ended({ ...state, computed: state.computed + 1 }, event.key, weightOf(event.key), true)
    case 'unit-failed':
      return ended({ ...state, failed: state.failed + 1 }, event.key, weightOf(event.key), false)
    case 'unit-blocked':
      return ended({ ...state, blocked: state.blocked + 1 }, event.key, weightOf(event.key), false)
    case 'run-finished':
      return { ...state, finished: true, running: [] }
    case 'quarantined':
    case 'worker-exited':
      return state
  }
}

function ended(state: ProgressState, key: string, weight: number, computed: boolean): ProgressState {
  const unit = state.running.find((running) => running.key === key)
  const share = unit === undefined ? 1 : 1 - shareOf(unit, unit.from)
  return {
    ...state,
    running: state.running.filter((unit) => unit.key !== key),
    weight: {
      ...state.weight,
      done: state.weight.done + weight,
      computed: state.weight.computed + (computed ? share * weight : 0),
    },
  }
}

/** Share of the expected cost that is done, in [0, 1]; what runs counts as far as it is. */
export function shareDone(state: ProgressState, weights: Weights | undefined): number {
  const { total, done } = state.weight
  if (total <= 0) return state.started === null ? 0 : 1
  return Math.min(1, (done + weighed(state, weights, doneShare)) / total)
}

/** Seconds left at the rate so far; null while there is too little to go by. */
export function secondsLeft(state: ProgressState, now: number, weights: Weights | undefined): number | null {
  if (state.started === null) return null
  const elapsed = (now - state.started) / 1000
  const { total, done, computed } = state.weight
  const running = weighed(state, weights, doneShare)
  const worked = computed + weighed(state, weights, newShare)
  // Below a hundredth the rate is mostly that of starting up.
  if (elapsed < 2 || total <= 0 || worked < total / 100) return null
  return (Math.max(0, total - done - running) * elapsed) / worked
}

/** Shares of a running unit: what is done of it, and what this run did of that. */
const doneShare = (unit: RunningUnit) => shareOf(unit, unit.done)
const newShare = (unit: RunningUnit) => doneShare(unit) - shareOf(unit, unit.from)

function shareOf({ total }: RunningUnit, done: number): number {
  return total > 0 ? Math.min(1, done / total) : 0
}

/** Expected cost of a share of each running unit. */
function weighed(
  { running }: ProgressState,
  weights: Weights | undefined,
  share: (unit: RunningUnit) => number,
): number {
  const weightOf = (key: string) => (weights === undefined ? 1 : (weights.get(key) ?? 0))
  return running.reduce((sum, unit) => sum + weightOf(unit.key) * share(unit), 0)
}
