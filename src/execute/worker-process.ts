import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import type { Readable } from 'node:stream'
import { readLines } from './lines.ts'
import { EVENT_DESCRIPTOR } from './protocol.ts'
import type { WorkerCommand, WorkerMessage } from './protocol.ts'

/** How long the last messages of a dead process may take, should a descendant of its hold the pipes open. */
const DRAIN_MS = 1000
/** How long a worker that was asked to end may take before it is killed. */
const END_MS = 2000

/** Longer lines of a worker's output are told in pieces. */
const LONGEST_LINE = 64 * 1024

type Pipes = Pick<ReturnType<typeof spawnWorker>, 'stdin' | 'stdout' | 'stderr' | 'stdio'>

export interface WorkerExit {
  readonly exitCode: number | null
  readonly signal: string | null
  /** Why there never was a process. */
  readonly error?: Error
}

export interface WorkerListener {
  onMessage(message: WorkerMessage): void
  /** A line on its standard output or standard error. */
  onOutput(line: string): void
  /** After its last message and line. */
  onExit(exit: WorkerExit): void
}

/** A worker process, seen from the parent. */
export interface WorkerProcess {
  send(command: WorkerCommand): void
  /** Ends it and whatever it started, at once. */
  kill(): void
  /** Asks it to end, then makes it; resolves when it is gone. */
  end(): Promise<void>
}

/** Starts a worker: `file` is a JavaScript file that calls `serveWorker`. */
export function startWorker(file: string, listener: WorkerListener): WorkerProcess {
  const child = spawnWorker(file)
  const gone = exitOf(child).then((exit) => listener.onExit(exit))
  const { stdin, stdout, stderr, stdio } = pipesOf(child)
  const events = stdio?.[EVENT_DESCRIPTOR] as Readable | undefined
  // a worker that died while it was written to is known from its exit
  stdin?.on('error', () => undefined)
  const tell = (line: string) => listener.onOutput(line)
  if (stdout) readLines(stdout, tell, LONGEST_LINE)
  if (stderr) readLines(stderr, tell, LONGEST_LINE)
  if (events) {
    readLines(events, (line) => {
      const message = parse(line)
      if (message === undefined) listener.onOutput(line)
      else listener.onMessage(message)
    })
  }
  return {
    send(command) {
      stdin?.write(`${JSON.stringify(command)}\n`)
    },
    kill: () => killGroup(child),
    async end() {
      stdin?.end()
      const timer = setTimeout(() => killGroup(child), END_MS)
      await gone
      clearTimeout(timer)
    },
  }
}

/** Where no process could be made, as no file descriptors are left, there are no pipes either, whatever the types say. */
function pipesOf(child: Pipes): Partial<Pipes> {
  return child
}

function spawnWorker(file: string) {
  return spawn(process.execPath, ['--enable-source-maps', file], {
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    // a process group of its own: a terminal's Ctrl-C goes to the parent alone, and a kill reaches descendants
    detached: true,
    windowsHide: true,
  })
}

function exitOf(child: ChildProcess): Promise<WorkerExit> {
  return new Promise((resolve) => {
    child.on('error', (error) => {
      if (child.pid === undefined) resolve({ exitCode: null, signal: null, error })
    })
    child.on('exit', (exitCode, signal) => {
      // what it started must not outlive it
      killGroup(child)
      const timer = setTimeout(() => {
        for (const stream of child.stdio) stream?.destroy()
        resolve({ exitCode, signal })
      }, DRAIN_MS)
      child.on('close', () => {
        clearTimeout(timer)
        resolve({ exitCode, signal })
      })
    })
  })
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    // no such group, or a system without groups
    child.kill('SIGKILL')
  }
}

function parse(line: string): WorkerMessage | undefined {
  try {
    return JSON.parse(line) as WorkerMessage
  } catch {
    return undefined
  }
}
