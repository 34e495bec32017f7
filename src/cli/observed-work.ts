import type { RunEvent, RunOutcome } from '../execute/index.ts'
import { remaining, type OpenWork, type Plan, type Remaining, type SeenWork } from '../plan/index.ts'
import type { Digest } from '../values/digest.ts'

/** One unit in this run. Times are in milliseconds. */
interface Observed {
  readonly begun: number
  ended: number | undefined
  /** Shares of it that an earlier run had done, and that are done now. */
  from: number
  done: number
}

/** What a run's events tell about how long the rest takes. */
export interface ObservedWork {
  readonly event: (event: RunEvent) => void
  /** How long it takes to compute what was left undone; null where nothing was, or nothing is known. */
  readonly rest: (outcome: RunOutcome) => Remaining | null
}

export function observeWork({ units }: Pick<Plan, 'units'>, now: () => number): ObservedWork {
  const observed = new Map<Digest, Observed>()
  let started = now()
  const told = (key: Digest, change: (one: Observed) => void) => {
    const one = observed.get(key)
    if (one) change(one)
  }

  return {
    event(event) {
      if (event.type === 'run-started') started = now()
      else if (event.type === 'unit-started')
        observed.set(event.key, { begun: now(), ended: undefined, from: 0, done: 0 })
      else if (event.type === 'unit-resumed')
        told(event.key, (one) => {
          // Begun again in this run, it goes on from what this run has done.
          if (one.done === 0) one.from = share(event)
          one.done = share(event)
        })
      else if (event.type === 'unit-progress')
        told(event.key, (one) => {
          one.done = share(event)
        })
      else if (event.type === 'unit-finished')
        told(event.key, (one) => {
          one.done = 1
          one.ended = now()
        })
      else if (event.type === 'unit-failed' || event.type === 'unit-retried') observed.delete(event.key)
    },
    rest(outcome) {
      const seen: SeenWork[] = []
      const open: OpenWork[] = []
      const end = started + 1000 * outcome.seconds
      for (const [key, { begun, ended = end, from, done }] of observed) {
        const unit = units.get(key)
        if (unit) seen.push({ unit, seconds: Math.max(0, ended - begun) / 1000, share: done - from })
      }
      for (const [key, { status }] of outcome.units) {
        const unit = units.get(key)
        if (unit && status === 'cancelled') open.push({ unit, left: 1 - (observed.get(key)?.done ?? 0) })
      }
      return open.length === 0 ? null : remaining(seen, open, outcome.seconds)
    },
  }
}

function share({ done, total }: { readonly done: number; readonly total: number }): number {
  return total > 0 ? Math.min(1, done / total) : 0
}
