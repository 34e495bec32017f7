import { Problem } from '../../values/problem.ts'
import type { Attendance } from './attendance.ts'
import type { Call, Target } from './call.ts'
import { GroupSize } from './group-size.ts'

export interface JoinerOptions {
  readonly attendance: Attendance
  /** The most members of one group; as many as the engine takes where absent. */
  readonly most?: number
  /** Told what a user should know: that groups became smaller, and why. */
  readonly tell: (line: string) => void
}

/** Waiting for those who do something else is worth so much of the time that the last group took. */
const PATIENCE = 0.25
/** And so many milliseconds, at least and at most. */
const SHORTEST = 20
const LONGEST = 500

/** What one caller asked for at once: it waits until all of it is there. */
type Visit = readonly Call[]

/**
 * Runs calls that are there at the same time together. It waits until everybody who may call does, or for a while,
 * whichever comes first, and then runs the group of whoever has waited longest; calls of loops take as many steps as the
 * shortest of them, and go on with the rest. Results do not depend on who came together.
 */
export class Joiner {
  private readonly options: JoinerOptions
  /** In the order of their coming. */
  private readonly waiting = new Set<Visit>()
  private readonly sizes = new WeakMap<Target, GroupSize>()
  private running = false
  private timer: NodeJS.Timeout | undefined
  private lastMs = 0

  constructor(options: JoinerOptions) {
    this.options = options
    options.attendance.onLeave(() => this.consider())
  }

  /** Takes calls of one caller up; they settle themselves. */
  add(visit: Visit): void {
    this.waiting.add(visit)
    // Others that are on their way, in this very turn, may come along.
    queueMicrotask(() => this.consider())
  }

  private consider(): void {
    if (this.running || this.waiting.size === 0) return
    const { attendance } = this.options
    if (this.waiting.size >= attendance.active || this.isFull()) {
      void this.run()
      return
    }
    const patience = Math.min(Math.max(PATIENCE * this.lastMs, SHORTEST), LONGEST)
    this.timer ??= setTimeout(() => {
      this.timer = undefined
      if (!this.running && this.waiting.size > 0) void this.run()
    }, patience)
  }

  private isFull(): boolean {
    const counts = new Map<Target, number>()
    for (const visit of this.waiting)
      for (const { target, left } of visit) {
        if (left === 0) continue
        const count = (counts.get(target) ?? 0) + 1
        if (count >= this.sizeOf(target).limit) return true
        counts.set(target, count)
      }
    return false
  }

  private async run(): Promise<void> {
    clearTimeout(this.timer)
    this.timer = undefined
    this.running = true
    const { target, group } = this.longestWaiting()
    const steps = Math.min(...group.map(({ left }) => left))
    const started = performance.now()
    try {
      const outputs = await target.runAll(group.map((call) => call.next(steps)))
      this.lastMs = performance.now() - started
      this.sizeOf(target).ran(group.length, steps, this.lastMs)
      for (const [i, call] of group.entries()) call.took(steps, this.lastMs, outputs[i])
    } catch (error) {
      await this.failed(target, group, error)
    } finally {
      for (const visit of this.waiting) if (visit.every(({ left }) => left === 0)) this.waiting.delete(visit)
      this.running = false
      // What settled goes on first, and may come back.
      setImmediate(() => this.consider())
    }
  }

  private longestWaiting(): { readonly target: Target; readonly group: readonly Call[] } {
    const open = [...this.waiting].flat().filter(({ left }) => left > 0)
    const target = (open[0] as Call).target
    const group = open.filter((call) => call.target === target).slice(0, this.sizeOf(target).limit)
    return { target, group }
  }

  private async failed(target: Target, group: readonly Call[], error: unknown): Promise<void> {
    // A lost GPU computes nothing any more, however little is asked of it.
    if (group.length === 1 || (error instanceof Problem && error.kind === 'device')) {
      for (const call of group) this.refuse(call, error)
      return
    }
    if (error instanceof Problem && error.kind !== 'usage') {
      const size = this.sizeOf(target).failed(group.length)
      this.options.tell(
        `${target.name}: ${group.length} at once failed, ${size} from now on (${error.message})`,
      )
      return
    }
    // One of them may be to blame: each gets what is its own.
    for (const call of group) {
      try {
        const [steps, started] = [call.left, performance.now()]
        const [outputs] = await target.runAll([call.next(steps)])
        call.took(steps, performance.now() - started, outputs)
      } catch (own) {
        this.refuse(call, own)
      }
    }
  }

  /** A caller that is refused one thing waits for nothing else. */
  private refuse(call: Call, error: unknown): void {
    call.fail(error)
    for (const visit of this.waiting) if (visit.includes(call)) this.waiting.delete(visit)
  }

  private sizeOf(target: Target): GroupSize {
    const size = this.sizes.get(target) ?? new GroupSize(this.options.most ?? Infinity, target.bytes)
    this.sizes.set(target, size)
    return size
  }
}
