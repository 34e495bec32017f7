/** A unit among those that a process works on. */
export interface Attendee {
  /** Seconds of the process' time that were its own: while others are there, it is shared out evenly. */
  seconds(): number
  leave(): void
}

/** The units that a process works on at the same time. */
export interface Company {
  readonly active: number
  enter(): Attendee
  /** Asks to be told when one has left. */
  readonly onLeave: (listener: () => void) => void
}

/** Nobody yet. `now` is a clock in milliseconds. */
export function createCompany(now: () => number = () => performance.now()): Company {
  const listeners: (() => void)[] = []
  let active = 0
  /** What one would have had that was there from the start. */
  let share = 0
  let since = now()
  const settle = () => {
    const time = now()
    if (active > 0) share += (time - since) / active
    since = time
  }
  return {
    get active() {
      return active
    },
    onLeave: (listener) => void listeners.push(listener),
    enter() {
      settle()
      active++
      const begin = share
      let own: number | undefined
      return {
        seconds() {
          settle()
          return ((own ?? share) - begin) / 1000
        },
        leave() {
          if (own !== undefined) return
          settle()
          own = share
          active--
          for (const listener of listeners) listener()
        },
      }
    },
  }
}
