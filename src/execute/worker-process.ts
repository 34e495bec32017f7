import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import type { Readable } from 'node:stream'
import { readLines } from './lines.ts'
import { parseMessage } from './parse-message.ts'
import { EVENT_DESCRIPTOR } from './protocol.ts'
import type { WorkerCommand, WorkerMessage } from './protocol.ts'

/** How long the last messages of a dead process may take, should a descendant of its hold the pipes open. */
const DRAIN_MS = 1000
/** How long a worker that was asked to end may take before it is killed. */
const END_MS = 2000

/** Longer lines of a worker's output are told in pieces. */
const LONGEST_LINE = 64 * 1024
/** No message is as long; without a limit, one that never ends would fill the memory. */
const LONGEST_MESSAGE = 16 * 2 ** 20

type Pipes = Pick<ReturnType<typeof spawnWorker>, 'stdin' | 'stdout' | 'stderr' | 'stdio'>

export interface WorkerExit {
  readonly exitCode: number | null
  readonly signal: string | null
  /** Why there never was a process, or why it was ended. */
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
  /** What it sent that is no message. */
  let broken: string | undefined
  const gone = exitOf(child).then((exit) => {
    const error = new Error(`it wrote ${JSON.stringify(broken?.slice(0, 80))} where its messages go`)
    listener.onExit(broken === undefined ? exit : { ...exit, error })
  })
  const { stdin, stdout, stderr, stdio } = pipesOf(child)
  const events = stdio?.[EVENT_DESCRIPTOR] as Readable | undefined
  // a worker that died while it was written to is known from its exit
  stdin?.on('error', () => undefined)
  const tell = (line: string) => listener.onOutput(line)
  if (stdout) readLines(stdout, tell, LONGEST_LINE)
  if (stderr) readLines(stderr, tell, LONGEST_LINE)
  if (events) {
    const read = (line: string) => {
      const message = broken === undefined ? parseMessage(line) : undefined
      if (message !== undefined) listener.onMessage(message)
      else if (broken === undefined) {
        // What it was to say is lost, so that whoever waits for it would wait for ever.
        broken = line
        killGroup(child)
      }
    }
    readLines(events, read, LONGEST_MESSAGE)
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
