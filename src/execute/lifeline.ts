import { Worker } from 'node:worker_threads'

const WATCH = `
const { workerData: { parent } } = require('node:worker_threads')
setInterval(() => { if (process.ppid !== parent) process.kill(-process.pid, 'SIGKILL') }, 500)
`

/**
 * Ends this process, and the others of its group, when its parent is gone. A thread watches, because a computation may block the event loop, which
 * would otherwise notice the end of standard input.
 */
export function dieWithParent(parent: number): void {
  // has it gone before we began to watch?
  if (process.ppid !== parent) process.exit(1)
  new Worker(WATCH, { eval: true, workerData: { parent } }).unref()
}
