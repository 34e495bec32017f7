import type { Unit } from '../plan/types.ts'
import type { Failure } from '../values/failure.ts'
import type { Attempt, Executor } from './executor.ts'
import { failureOfExit, failureOfTimeout } from './failure-of.ts'
import { outputTail } from './output-tail.ts'
import type { WorkerMessage } from './protocol.ts'
import type { RunEvent, WorkerSetup } from './types.ts'
import { startWorker } from './worker-process.ts'
import type { WorkerExit, WorkerProcess } from './worker-process.ts'

/** How many workers in a row may die idle before a unit that they were given counts as the cause. */
const IDLE_DEATHS = 3
/** How long a worker may take to start and take a unit up; the unit's own time counts from then on. */
const START_MS = 60_000
/** The longest time a timer of Node's can measure. */
const LONGEST_MS = 2 ** 31 - 1

export interface WorkerPoolOptions {
  readonly setup: WorkerSetup
  /** JavaScript file that calls `serveWorker`. */
  readonly workerFile: string
  readonly workers: number
  readonly timeoutSeconds?: number
  readonly emit: (event: RunEvent) => void
  /** A line that a worker, most likely a plugin in it, printed. */
  readonly onOutput?: (worker: number, line: string) => void
}

/** Worker processes that compute units, one at a time each. */
export interface WorkerPool extends Executor {
  /** Ends all workers; resolves when they are gone. */
  close(): Promise<void>
}

/** Worker processes, started when they are first needed, used again, and replaced after a crash or a time-out. */
export function createWorkerPool(options: WorkerPoolOptions): WorkerPool {
  const slots = Array.from({ length: options.workers }, (_, i) => new Slot(i + 1, options))
  return {
    slots: slots.length,
    async execute(unit) {
      const slot = slots.find(({ busy }) => !busy)
      if (slot === undefined) throw new Error(`All ${slots.length} workers are busy`)
      return slot.execute(unit)
    },
    kill() {
      for (const slot of slots) slot.kill()
    },
    async close() {
      await Promise.all(slots.map((slot) => slot.close()))
    },
  }
}

interface Live {
  readonly process: WorkerProcess
  ready: boolean
}

interface Current {
  readonly unit: Unit
  readonly finish: (attempt: Attempt) => void
  accepted: boolean
  idleDeaths: number
  timer: NodeJS.Timeout | undefined
  /** Why its worker is being killed. */
  ending: Attempt | undefined
}

/** A place for one worker process at a time. */
class Slot {
  private readonly number: number
  private readonly options: WorkerPoolOptions
  private readonly tail = outputTail()
  private live: Live | undefined
  private current: Current | undefined
  private closing = false

  constructor(number: number, options: WorkerPoolOptions) {
    this.number = number
    this.options = options
  }

  get busy(): boolean {
    return this.current !== undefined
  }

  execute(unit: Unit): Promise<Attempt> {
    const { emit } = this.options
    emit({ type: 'unit-started', key: unit.key, label: unit.label, worker: this.number })
    return new Promise((resolve) => {
      const current: Current = {
        unit,
        finish: resolve,
        accepted: false,
        idleDeaths: 0,
        timer: undefined,
        ending: undefined,
      }
      this.current = current
      this.give(current)
    })
  }

  kill(): void {
    if (this.current !== undefined) this.current.ending ??= { type: 'killed' }
    this.live?.process.kill()
  }

  async close(): Promise<void> {
    this.closing = true
    await this.live?.process.end()
  }

  private give(current: Current): void {
    clearTimeout(current.timer)
    const live = (this.live ??= this.start())
    current.timer = setTimeout(() => live.process.kill(), START_MS)
    live.process.send({ type: 'run', unit: current.unit })
  }

  private accepted(current: Current, live: Live): void {
    const { timeoutSeconds } = this.options
    current.accepted = true
    clearTimeout(current.timer)
    if (timeoutSeconds === undefined) return
    current.timer = setTimeout(
      () => {
        current.ending = { type: 'failed', failure: failureOfTimeout(timeoutSeconds, this.tail.lines()) }
        live.process.kill()
      },
      Math.min(timeoutSeconds * 1000, LONGEST_MS),
    )
  }

  private start(): Live {
    const { setup, workerFile, onOutput } = this.options
    this.tail.clear()
    const live: Live = {
      ready: false,
      process: startWorker(workerFile, {
        onMessage: (message) => {
          if (message.type === 'ready') live.ready = true
          else this.onMessage(live, message)
        },
        onOutput: (line) => {
          this.tail.add(line)
          onOutput?.(this.number, line)
        },
        onExit: (exit) => this.onExit(live, exit),
      }),
    }
    live.process.send({ type: 'setup', setup, parent: process.pid })
    return live
  }

  private onMessage(live: Live, message: Exclude<WorkerMessage, { type: 'ready' }>): void {
    const { emit } = this.options
    if (message.type === 'quarantined') {
      emit(message)
      return
    }
    const current = this.current
    if (live !== this.live || current === undefined || current.ending !== undefined) return
    switch (message.type) {
      case 'accepted':
        this.accepted(current, live)
        return
      case 'progress':
        emit({ ...message, type: 'unit-progress', key: current.unit.key, worker: this.number })
        return
      case 'resumed': {
        const { key, label } = current.unit
        emit({ ...message, type: 'unit-resumed', key, label, worker: this.number })
        return
      }
      case 'finished':
      case 'bad-input':
        this.finish(message)
        return
      case 'failed': {
        const { last, ...attempt } = message
        if (last) this.retire(live)
        this.finish(attempt)
      }
    }
  }

  /** It ends by itself, but may not be given anything any more. */
  private retire(live: Live): void {
    this.live = undefined
    live.process.kill()
  }

  private onExit(live: Live, exit: WorkerExit): void {
    if (!this.closing) {
      const { exitCode, signal } = exit
      this.options.emit({ type: 'worker-exited', worker: this.number, exitCode, signal })
    }
    if (live !== this.live) return
    this.live = undefined
    const current = this.current
    if (current === undefined) return
    if (current.ending !== undefined) this.finish(current.ending)
    else if (!live.ready) this.finish(cannotStart(exit, this.tail.lines()))
    else if (!current.accepted && ++current.idleDeaths < IDLE_DEATHS) this.give(current)
    else this.finish({ type: 'failed', failure: failureOfExit(exit, this.tail.lines()) })
  }

  private finish(attempt: Attempt): void {
    const current = this.current
    if (current === undefined) return
    clearTimeout(current.timer)
    this.current = undefined
    current.finish(attempt)
  }
}

function cannotStart(exit: WorkerExit, output: readonly string[]): Attempt {
  const failure: Failure = {
    ...failureOfExit(exit, output),
    message: `A worker process could not start: ${exit.error?.message ?? output.at(-1) ?? 'it printed nothing'}`,
    hint: 'See the last lines it printed; prune-bench doctor checks the installation.',
  }
  return { type: 'failed', failure, problem: 'infrastructure' }
}
