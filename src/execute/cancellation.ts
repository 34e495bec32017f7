/** A run's two ways to stop: `finish` (nothing new starts, running units end) and `stop` (workers are killed at once). */
export interface Cancellation {
  readonly finish: AbortSignal
  readonly stop: AbortSignal
  /** The first request is to finish, every later one to stop: what the first and second Ctrl-C mean. */
  request(): void
}

/** A handle to cancel a run by. */
export function createCancellation(): Cancellation {
  const [finish, stop] = [new AbortController(), new AbortController()]
  return {
    finish: finish.signal,
    stop: stop.signal,
    request() {
      if (finish.signal.aborted) stop.abort()
      finish.abort()
    },
  }
}
