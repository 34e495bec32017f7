/** What Ctrl-C and SIGTERM ask of a run: at first to finish what is running, the second time to stop at once. */
export interface Interrupts {
  /** The signal that came first, if one came. */
  readonly received: () => 'SIGINT' | 'SIGTERM' | undefined
  readonly stop: () => void
}

/** Listens until `stop` is called. */
export function onInterrupt(first: () => void, second: () => void): Interrupts {
  let received: 'SIGINT' | 'SIGTERM' | undefined
  const hear = (signal: 'SIGINT' | 'SIGTERM') => {
    if (received === undefined) {
      received = signal
      first()
    } else {
      second()
    }
  }
  process.on('SIGINT', hear)
  process.on('SIGTERM', hear)
  return {
    received: () => received,
    stop: () => {
      process.off('SIGINT', hear)
      process.off('SIGTERM', hear)
    },
  }
}
