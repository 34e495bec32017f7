import { writeSync } from 'node:fs'
import { EVENT_DESCRIPTOR } from './protocol.ts'

/**
 * Writes a line to the parent at once, even while the event loop is blocked. A worker whose parent does not listen any
 * more is of no use and ends.
 */
export function writeEvent(line: string, descriptor: number = EVENT_DESCRIPTOR): void {
  const bytes = Buffer.from(`${line}\n`)
  let written = 0
  while (written < bytes.length) {
    try {
      written += writeSync(descriptor, bytes, written)
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code
      if (code === 'EAGAIN') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
      else if (code === 'EPIPE') process.kill(process.pid, 'SIGKILL')
      else throw error
    }
  }
}
