/** How long somebody else's code may be silent, in milliseconds. */
const PATIENCE_MS = 10 * 60_000

/** What is waited for, and how to give it up. */
const pending = new Set<(why: string) => void>()

/**
 * What somebody else's code promises. Rejects with what `broken` makes of the reason, where the process has nothing left to
 * do but to wait for it, or where it was silent for ten minutes; calling `heard` is a sign of life.
 */
export function promised<T>(
  work: (heard: () => void) => T | Promise<T>,
  broken: (why: string) => Error,
  patienceMs: number = PATIENCE_MS,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (why: string) => {
      settle()
      reject(broken(why))
    }
    // Not a reason for the process to live on: an empty event loop tells at once what the timer would tell later.
    const timer = setTimeout(
      () => giveUp(`nothing came of it for ${patienceMs / 60_000} minutes`),
      patienceMs,
    ).unref()
    const settle = () => {
      clearTimeout(timer)
      pending.delete(giveUp)
      if (pending.size === 0) process.off('beforeExit', giveAllUp)
    }
    if (pending.size === 0) process.on('beforeExit', giveAllUp)
    pending.add(giveUp)
    new Promise<T>((done) => {
      done(work(() => timer.refresh()))
    })
      .finally(settle)
      .then(resolve, reject)
  })
}

function giveAllUp(): void {
  for (const giveUp of [...pending]) giveUp('it waits for something that never happens')
}
