import { inputsOf } from '../plan/inputs-of.ts'
import type { Plan, Unit } from '../plan/types.ts'
import type { ArtifactStore, CheckpointStore } from '../store/types.ts'
import type { Digest } from '../values/digest.ts'
import type { Failure } from '../values/failure.ts'
import { Problem } from '../values/problem.ts'
import type { Cancellation } from './cancellation.ts'
import type { Attempt, Executor } from './executor.ts'
import { resolve, unitOf } from './resolve.ts'
import { createSchedule } from './schedule.ts'
import type { Blocked, Schedule, Task } from './schedule.ts'
import type { RunEvent, RunOutcome, UnitOutcome } from './types.ts'

/** How often a unit may find an input corrupt before it counts as failed. */
const BAD_INPUTS = 3

/** What a run itself asks of the store; workers ask for the rest. */
export type RunStore = Pick<ArtifactStore, 'facts'> & {
  readonly checkpoints: Pick<CheckpointStore, 'failed' | 'remove'>
}

export interface RunUnitsOptions {
  readonly plan: Pick<Plan, 'units'>
  /** Keys of the units whose artifacts are wanted. */
  readonly goals: Iterable<Digest>
  readonly store: RunStore
  readonly executor: Executor
  readonly emit: (event: RunEvent) => void
  readonly cancellation: Cancellation
  /** Nothing new starts after so many failed units. */
  readonly bail?: number
  /** How many more times a failed unit is tried. */
  readonly retries?: number
  /** Computes everything again, to compare it with what is stored; checkpoints of earlier runs are removed. */
  readonly anew?: boolean
}

/**
 * Brings the goals into the store: computes what is missing on the executor, inputs first and long paths first.
 * A failed unit blocks what needs it and nothing else. Rejects only for what is no unit's doing: an unreadable store,
 * an event that could not be told.
 */
export async function runUnits(options: RunUnitsOptions): Promise<RunOutcome> {
  const { plan, goals, store, executor, emit, cancellation } = options
  const begin = performance.now()
  const { cached, compute } = await resolve(plan, goals, store, options.anew)
  if (options.anew === true) for (const key of compute) await store.checkpoints.remove(key)
  const run = new Run(options, createSchedule(compute.map((key) => taskOf(unitOf(plan, key), executor))))
  for (const key of cached) run.outcomes.set(key, { status: 'cached' })
  emit({
    type: 'run-started',
    units: cached.length + compute.length,
    cached: cached.length,
    weight: compute.reduce((sum, key) => sum + unitOf(plan, key).weight, 0),
    workers: executor.workers,
    ...(executor.together === undefined ? {} : { together: executor.together }),
  })
  const kill = () => executor.kill()
  cancellation.stop.addEventListener('abort', kill)
  try {
    await run.toTheEnd()
  } finally {
    cancellation.stop.removeEventListener('abort', kill)
  }
  for (const key of run.schedule.unfinished()) run.outcomes.set(key, { status: 'cancelled' })
  const seconds = (performance.now() - begin) / 1000
  const cancelled = cancellation.finish.aborted
  emit({ type: 'run-finished', seconds, cancelled })
  return {
    units: run.outcomes,
    cancelled,
    seconds,
    ...(run.problem === undefined ? {} : { problem: run.problem }),
  }
}

class Run {
  readonly schedule: Schedule
  readonly outcomes = new Map<Digest, UnitOutcome>()
  problem: Problem | undefined
  private readonly options: RunUnitsOptions
  private readonly running = new Map<Digest, Promise<void>>()
  private readonly attempts = new Map<Digest, number>()
  private readonly badInputs = new Map<Digest, number>()
  private failures = 0

  constructor(options: RunUnitsOptions, schedule: Schedule) {
    this.options = options
    this.schedule = schedule
  }

  async toTheEnd(): Promise<void> {
    try {
      for (;;) {
        this.startWhatCan()
        if (this.running.size === 0) return
        await Promise.race(this.running.values())
      }
    } catch (error) {
      this.options.executor.kill()
      await Promise.allSettled(this.running.values())
      throw error
    }
  }

  private startWhatCan(): void {
    const { plan, executor } = this.options
    while (this.mayStart()) {
      const key = this.schedule.take((lane = '') => executor.hasRoomIn(lane))
      if (key === undefined) return
      this.running.set(key, this.attempt(unitOf(plan, key)))
    }
  }

  private mayStart(): boolean {
    const { cancellation, bail = Infinity } = this.options
    return !cancellation.finish.aborted && this.problem === undefined && this.failures < bail
  }

  private async attempt(unit: Unit): Promise<void> {
    try {
      await this.settle(unit, await this.options.executor.execute(unit))
    } finally {
      this.running.delete(unit.key)
    }
  }

  private async settle(unit: Unit, attempt: Attempt): Promise<void> {
    switch (attempt.type) {
      case 'finished':
        this.finished(unit, attempt)
        return
      case 'failed':
        await this.failed(unit, attempt)
        return
      case 'bad-input':
        await this.recompute(unit, attempt.input)
        return
      case 'killed':
    }
  }

  private finished({ key, kind }: Unit, { seconds, published }: Attempt & { type: 'finished' }): void {
    // Two measurements of one time differ: that is no conflict.
    const differs = kind !== 'benchmark' && (published === 'conflict' || published === 'replaced')
    this.schedule.done(key)
    this.outcomes.set(key, {
      status: 'computed',
      seconds,
      ...(differs ? { conflict: published === 'conflict' ? 'kept' : 'replaced' } : {}),
    })
    this.options.emit({
      type: 'unit-finished',
      ...{ key, seconds },
      published: published === 'conflict' && !differs ? 'duplicate' : published,
    })
  }

  private async failed(unit: Unit, { failure, problem }: Attempt & { type: 'failed' }): Promise<void> {
    const { key, label } = unit
    const { emit, store, retries = 0 } = this.options
    const attempt = count(this.attempts, key)
    const machine = problem === 'infrastructure' || problem === 'data'
    // What it goes on from may be what it fails of; a fault of the machine tells nothing about that.
    if (!machine) await store.checkpoints.failed(key)
    if (machine) {
      const { message, hint } = failure
      this.problem ??= new Problem(problem, message, hint === undefined ? {} : { hint })
    } else if (attempt <= retries && this.mayStart()) {
      this.schedule.again(key)
      emit({ type: 'unit-retried', key, label, failure, attempt })
      return
    }
    this.failures++
    const blocked = this.schedule.fail(key)
    this.outcomes.set(key, { status: 'failed', failure })
    emit({ type: 'unit-failed', key, label, failure })
    this.block(blocked)
  }

  private async recompute(unit: Unit, input: Digest): Promise<void> {
    const { plan, store } = this.options
    if (count(this.badInputs, unit.key) > BAD_INPUTS) {
      await this.failed(unit, { type: 'failed', failure: unreadable(unitOf(plan, input)) })
      return
    }
    const { cached, compute } = await resolve(plan, [input], store)
    for (const key of cached) if (!this.outcomes.has(key)) this.outcomes.set(key, { status: 'cached' })
    this.block(
      this.schedule.reopen(
        unit.key,
        compute.map((key) => taskOf(unitOf(plan, key), this.options.executor)),
      ),
    )
  }

  private block(blocked: readonly Blocked[]): void {
    for (const { key, by } of blocked) {
      this.outcomes.set(key, { status: 'blocked', by })
      this.options.emit({ type: 'unit-blocked', key, label: unitOf(this.options.plan, key).label, by })
    }
  }
}

function taskOf(unit: Unit, executor: Executor): Task {
  const { key, weight, alone = false } = unit
  const task = { key, inputs: inputsOf(unit), weight, alone, lane: executor.laneOf(unit) }
  return executor.together === undefined ? task : { ...task, like: likenessOf(unit) }
}

/** What units have in common that an engine can compute in one program: all but seed and inputs. */
function likenessOf({ document }: Unit): string {
  const { kind, settings, plugins, data, engine } = document
  return JSON.stringify([kind, settings, plugins, data, engine])
}

function count(counts: Map<Digest, number>, key: Digest): number {
  const n = (counts.get(key) ?? 0) + 1
  counts.set(key, n)
  return n
}

function unreadable(input: Unit): Failure {
  return {
    kind: 'error',
    message: `Its input "${input.label}" (${input.key}) was computed ${BAD_INPUTS} times and could not be read back.`,
    hint: "Check the disk that the store is on, and whether another program changes the store's files.",
  }
}
