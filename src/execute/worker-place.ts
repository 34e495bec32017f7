import type { Unit } from '../plan/types.ts'
import type { Digest } from '../values/digest.ts'
import type { Failure } from '../values/failure.ts'
import { createCompany, type Attendee, type Company } from './company.ts'
import type { Attempt } from './executor.ts'
import { failureOfExit, failureOfTimeout } from './failure-of.ts'
import { outputTail } from './output-tail.ts'
import type { UnitMessage } from './protocol.ts'
import type { WorkerPoolOptions } from './worker-pool.ts'
import { startWorker } from './worker-process.ts'
import type { WorkerExit, WorkerProcess } from './worker-process.ts'

/** How many workers in a row may die idle before a unit that they were given counts as the cause. */
const IDLE_DEATHS = 3
/** How many workers in a row may die while they start before that is a fault of the machine. */
const FAILED_STARTS = 3
/** How long a worker may take to start and take a unit up; the unit's own time counts from then on. */
const START_MS = 60_000
/** A worker that does not answer for so long is blocked by one of its units. */
const ANSWER_MS = 5000
/** How closely a time limit is kept. */
const LIMIT_MS = 10
/** The longest time a timer of Node's can measure. */
const LONGEST_MS = 2 ** 31 - 1

interface Live {
  readonly process: WorkerProcess
  ready: boolean
  /** The units that it has taken up, among which its time is shared out. */
  readonly company: Company
}

/** A unit that the place computes. */
interface Current {
  readonly unit: Unit
  readonly finish: (attempt: Attempt) => void
  /** Whether the worker there is was told of it, and whether that has taken it up. */
  state: 'waiting' | 'given' | 'accepted'
  idleDeaths: number
  /** It, among those that its worker has taken up. */
  attendee: Attendee | undefined
  timer: NodeJS.Timeout | undefined
  /** Why its worker is being killed. */
  ending: Attempt | undefined
}

/** A place for one worker process at a time, which computes up to so many units at once. */
export class WorkerPlace {
  private readonly number: number
  private readonly capacity: number
  private readonly options: WorkerPoolOptions
  private readonly tail = outputTail()
  private readonly currents = new Map<Digest, Current>()
  private live: Live | undefined
  private closing = false
  /** How many workers in a row died before they were ready. */
  private failedStarts = 0
  /** Units at once, for now: fewer while it looks for the one that its worker died of, or where all were too much. */
  private most: number

  constructor(number: number, capacity: number, options: WorkerPoolOptions) {
    this.number = number
    this.capacity = capacity
    this.most = capacity
    this.options = options
  }

  get hasRoom(): boolean {
    return this.currents.size < this.most
  }

  execute(unit: Unit): Promise<Attempt> {
    this.options.emit({ type: 'unit-started', key: unit.key, label: unit.label, worker: this.number })
    return new Promise((finish) => {
      this.currents.set(unit.key, {
        unit,
        finish,
        state: 'waiting',
        idleDeaths: 0,
        attendee: undefined,
        timer: undefined,
        ending: undefined,
      })
      this.give()
    })
  }

  kill(): void {
    for (const current of this.currents.values()) current.ending ??= { type: 'killed' }
    if (this.live === undefined) this.finishEnding()
    else this.live.process.kill()
  }

  async close(): Promise<void> {
    this.closing = true
    await this.live?.process.end()
  }

  /** Tells the worker of the units that wait, as long as it may have more. */
  private give(): void {
    const inside = [...this.currents.values()].filter(({ state }) => state !== 'waiting').length
    const waiting = [...this.currents.values()].filter(({ state }) => state === 'waiting')
    for (const current of waiting.slice(0, Math.max(0, this.most - inside))) {
      const live = (this.live ??= this.start())
      current.state = 'given'
      current.timer = setTimeout(() => this.checkStart(live, current), START_MS)
      live.process.send({ type: 'run', unit: current.unit })
    }
  }

  /** One that computes other units may be too busy to take another one up; one that does not is stuck. */
  private checkStart(live: Live, current: Current): void {
    const isBusy = [...this.currents.values()].some(({ state }) => state === 'accepted')
    if (isBusy) current.timer = setTimeout(() => this.checkStart(live, current), START_MS)
    else live.process.kill()
  }

  private accepted(current: Current, live: Live): void {
    const { timeoutSeconds } = this.options
    current.state = 'accepted'
    clearTimeout(current.timer)
    const attendee = (current.attendee = live.company.enter())
    if (timeoutSeconds === undefined) return
    const watch = () => {
      const left = 1000 * (timeoutSeconds - attendee.seconds())
      if (left <= 0) this.overLimit(current, live)
      // Alone, it takes no longer; with others there it has had but a part of that time, and is looked at again.
      else current.timer = setTimeout(watch, Math.min(Math.max(left, LIMIT_MS), LONGEST_MS))
    }
    watch()
  }

  /** One of several may have had no chance, as another blocks their worker: it is asked before anybody is blamed. */
  private overLimit(current: Current, live: Live): void {
    if (live.company.active === 1) {
      this.endOverLimit(live)
      return
    }
    live.process.send({ type: 'answer' })
    current.timer = setTimeout(() => live.process.kill(), ANSWER_MS)
  }

  /** Ends the units that have had more than their time, and their worker with them. */
  private endOverLimit(live: Live): void {
    const { timeoutSeconds } = this.options
    if (live !== this.live || timeoutSeconds === undefined) return
    for (const current of this.currents.values()) {
      if (current.attendee === undefined || current.attendee.seconds() < timeoutSeconds) continue
      current.ending ??= { type: 'failed', failure: failureOfTimeout(timeoutSeconds, this.tail.lines()) }
      live.process.kill()
    }
  }

  private start(): Live {
    const { setup, workerFile, onOutput, emit } = this.options
    this.tail.clear()
    const live: Live = {
      ready: false,
      company: createCompany(),
      process: startWorker(workerFile, {
        onMessage: (message) => {
          if (message.type === 'ready') {
            live.ready = true
            this.failedStarts = 0
          } else if (message.type === 'answered') this.endOverLimit(live)
          else if (message.type === 'quarantined') emit(message)
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

  private onMessage(live: Live, message: UnitMessage): void {
    const { emit } = this.options
    const current = this.currents.get(message.key)
    if (live !== this.live || current === undefined || current.ending !== undefined) return
    const { key, label } = current.unit
    switch (message.type) {
      case 'accepted':
        this.accepted(current, live)
        return
      case 'progress':
        emit({ ...message, type: 'unit-progress', worker: this.number })
        return
      case 'resumed':
        emit({ ...message, type: 'unit-resumed', key, label, worker: this.number })
        return
      case 'finished': {
        const { seconds, published } = message
        this.finish(current, { type: 'finished', seconds, published })
        break
      }
      case 'bad-input':
        this.finish(current, { type: 'bad-input', input: message.input })
        break
      case 'failed': {
        const { failure, problem, last } = message
        if (last) this.retire(live)
        this.finish(current, { type: 'failed', failure, ...(problem === undefined ? {} : { problem }) })
      }
    }
    this.give()
  }

  /** It ends by itself, but may not be given anything any more; what it has not begun goes to the next. */
  private retire(live: Live): void {
    this.live = undefined
    live.process.kill()
    for (const current of this.currents.values()) wait(current)
  }

  private onExit(live: Live, exit: WorkerExit): void {
    if (!this.closing) {
      const { exitCode, signal } = exit
      this.options.emit({ type: 'worker-exited', worker: this.number, exitCode, signal })
    }
    if (live !== this.live) return
    this.live = undefined
    const inside = [...this.currents.values()].filter(({ state }) => state !== 'waiting')
    const wasKilled = this.finishEnding()
    const left = inside.filter(({ ending }) => ending === undefined)
    if (!live.ready) {
      // It may have been killed from outside; where no worker starts, nothing can be computed here.
      if (++this.failedStarts >= FAILED_STARTS)
        for (const current of left) this.finish(current, cannotStart(exit, this.tail.lines()))
    } else if (!wasKilled) this.blame(left, exit)
    for (const current of this.currents.values()) wait(current)
    this.give()
  }

  /** Finds out which of the units that were in a worker it died of. */
  private blame(inside: readonly Current[], exit: WorkerExit): void {
    const begun = inside.filter(({ state }) => state === 'accepted')
    const [suspect, ...others] = begun
    if (suspect === undefined) {
      for (const current of inside)
        if (++current.idleDeaths >= IDLE_DEATHS) this.finish(current, crashed(exit, this.tail.lines()))
    } else if (others.length === 0) {
      this.most = this.capacity
      this.finish(suspect, crashed(exit, this.tail.lines()))
    } else {
      this.most = Math.ceil(begun.length / 2)
      const { message } = crashed(exit, this.tail.lines()).failure
      const tried = `Its ${begun.length} units are tried again, ${this.most} at a time.`
      this.options.onOutput?.(this.number, `${message} ${tried}`)
    }
  }

  /** Finishes what its worker was killed for. Says whether there was anything. */
  private finishEnding(): boolean {
    const ended = [...this.currents.values()].flatMap((current) =>
      current.ending === undefined ? [] : [{ current, attempt: current.ending }],
    )
    for (const { current, attempt } of ended) this.finish(current, attempt)
    return ended.length > 0
  }

  private finish(current: Current, attempt: Attempt): void {
    if (!this.currents.delete(current.unit.key)) return
    clearTimeout(current.timer)
    current.attendee?.leave()
    current.finish(attempt)
  }
}

/** It is to be given to the next worker. */
function wait(current: Current): void {
  clearTimeout(current.timer)
  current.attendee = undefined
  current.state = 'waiting'
}

function crashed(exit: WorkerExit, output: readonly string[]): Attempt & { type: 'failed' } {
  return { type: 'failed', failure: failureOfExit(exit, output) }
}

function cannotStart(exit: WorkerExit, output: readonly string[]): Attempt {
  const failure: Failure = {
    ...failureOfExit(exit, output),
    message: `A worker process could not start: ${exit.error?.message ?? output.at(-1) ?? 'it printed nothing'}`,
    hint: 'See the last lines it printed; prune-bench doctor checks the installation.',
  }
  return { type: 'failed', failure, problem: 'infrastructure' }
}
