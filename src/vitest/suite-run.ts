import { join, resolve } from 'node:path'
import { collectDetails } from '../cli/collect-details.ts'
import { collectResults } from '../cli/collect.ts'
import { computeCells } from '../cli/compute-cells.ts'
import { defaultWorkers } from '../cli/default-workers.ts'
import type { Environment } from '../cli/environment.ts'
import { healingStore } from '../cli/healing-store.ts'
import { compareResults } from '../cli/judge-results.ts'
import { outputTo } from '../cli/output.ts'
import { prepare, type Prepared } from '../cli/prepare.ts'
import { allowPlugins } from '../cli/session.ts'
import { createCancellation, type RunEvent, type RunOutcome, type UnitOutcome } from '../execute/index.ts'
import { goalsOf, type PlannedCell } from '../plan/index.ts'
import type { Assertion } from '../plugin/index.ts'
import type { CellRecord, Results } from '../results/index.ts'
import { openStore, type ArtifactStore } from '../store/index.ts'
import type { Digest } from '../values/digest.ts'
import {
  evaluateAssertion,
  similarityIn,
  type Evidence,
  type AssertionResult,
  type Comparison,
} from '../verdict/index.ts'
import type { SuiteOptions } from './suite-options.ts'

/** One suite in one test file: planned when the file is collected, computed while its tests run. */
export class SuiteRun {
  readonly env: Environment
  readonly prepared: Prepared
  private readonly store: ArtifactStore
  /** The store, for what is reported: what turns out to be damaged there is computed again. */
  private readonly reported: ArtifactStore
  private readonly options: SuiteOptions
  private readonly cancellation = createCancellation()
  private readonly outcomes = new Map<Digest, UnitOutcome>()
  private readonly waiting = new Set<() => void>()
  /** Units that may still leave something. */
  private open = new Set<Digest>()
  private running: Promise<void> | undefined
  private ended: { readonly error?: Error } | undefined

  private constructor(env: Environment, prepared: Prepared, store: string, options: SuiteOptions) {
    this.env = env
    this.prepared = prepared
    this.options = options
    const damaged = new Set<Digest>()
    this.store = openStore(store, {
      onQuarantine: ({ key, file, movedTo }) => {
        damaged.add(key)
        env.stderr.write(
          `damaged in the store: ${file}; moved to ${movedTo}, computed anew when it is needed\n`,
        )
      },
    })
    this.reported = healingStore(this.store, damaged, (key) => this.computeAgain(key))
  }

  /** Loads a suite, by its name or file, and plans it. Throws a `Problem` where it or one of its plugins is wrong. */
  static async open(suite: string, root: string, options: SuiteOptions): Promise<SuiteRun> {
    process.setSourceMapsEnabled(true)
    allowPlugins()
    const [stdout, stderr] = [outputTo(process.stdout), outputTo(process.stderr)]
    const env = { cwd: root, root, env: process.env, stdout, stderr }
    const store =
      options.store === undefined ? join(env.root, '.prune-bench') : resolve(env.cwd, options.store)
    const prepared = await prepare(
      {
        suite,
        profile: options.profile,
        data: options.data,
        seeds: options.seeds,
        runtime: options.runtime ?? 'auto',
        device: options.device ?? 'auto',
        threads: 1,
        together: undefined,
        store,
        download: 'allowed',
      },
      env,
    )
    for (const note of prepared.notes) env.stderr.write(`${note}\n`)
    return new SuiteRun(env, prepared, store, options)
  }

  /** Begins to compute what the store lacks of these cells. */
  async start(cells: readonly PlannedCell[]): Promise<void> {
    const goals = goalsOf(cells)
    const stored = await Promise.all(goals.map((key) => this.store.has(key)))
    this.open = new Set(goals.filter((_, i) => stored[i] !== true))
    const { workers, note } = this.workers()
    if (note !== undefined) this.env.stderr.write(`${note}\n`)
    this.running = this.compute(cells, workers).then(
      ({ problem }) => this.end(problem === undefined ? {} : { error: problem }),
      (error: unknown) => this.end({ error: error instanceof Error ? error : new Error(String(error)) }),
    )
  }

  /** A cell's record, once its units are done or have failed. Throws what kept the whole run from going on. */
  async record(cell: PlannedCell): Promise<CellRecord> {
    await this.settled([cell])
    const first = await this.onlyRecord(cell)
    if (first.status !== 'cancelled') return first
    // What the store was thought to have may have been damaged: then it is being computed again.
    await this.running
    return this.onlyRecord(cell)
  }

  /** What becomes of an assertion, once the cells it is about are done or have failed. */
  async judge(cells: readonly PlannedCell[], assertion: Assertion): Promise<AssertionResult> {
    return evaluateAssertion(assertion, await this.evidence(cells, needsMasks(assertion)))
  }

  /** Whether what became of these cells is no worse than what was accepted; null where nothing was. */
  async compare(cells: readonly PlannedCell[]): Promise<Comparison | null> {
    await this.settled(cells)
    return compareResults(await this.results(cells), this.prepared, this.env)
  }

  /** What these cells came to, once they have; how alike their masks are is told only if asked for. */
  async evidence(cells: readonly PlannedCell[], withMasks: boolean): Promise<Evidence> {
    await this.settled(cells)
    const results = await this.results(cells)
    const details = withMasks ? await collectDetails(cells, this.reported) : undefined
    return { results, similarityOf: details === undefined ? () => null : similarityIn(details.similarity) }
  }

  /** Results of these cells, by what is stored now. */
  results(cells: readonly PlannedCell[]): Promise<Results> {
    const { plan, identity } = this.prepared
    return collectResults(identity, plan, cells, this.reported, this.outcomes)
  }

  /** Stops what is running, and returns when no worker is left. */
  async stop(): Promise<void> {
    if (this.ended === undefined) {
      this.cancellation.request()
      this.cancellation.request()
    }
    await this.running
  }

  private workers(): { readonly workers: number; readonly note?: string | undefined } {
    return this.options.workers === undefined ? defaultWorkers() : { workers: this.options.workers }
  }

  private compute(
    cells: readonly PlannedCell[],
    workers: number,
    goals?: readonly Digest[],
  ): Promise<RunOutcome> {
    const { retry, timeout } = this.options
    return computeCells(this.prepared, cells, this.store, {
      cancellation: this.cancellation,
      workers,
      ...(retry === undefined ? {} : { retries: retry }),
      ...(timeout === undefined ? {} : { timeoutSeconds: timeout }),
      ...(goals === undefined ? {} : { goals }),
      onEvent: (event) => this.hear(event),
    })
  }

  /** Computes a unit whose artifact was damaged, unless the run found that, too. */
  private async computeAgain(key: Digest): Promise<void> {
    await this.running
    if (!(await this.store.has(key)))
      await this.compute(this.prepared.plan.cells, this.workers().workers, [key])
  }

  private async onlyRecord(cell: PlannedCell): Promise<CellRecord> {
    const { cells } = await this.results([cell])
    return cells[0] as CellRecord
  }

  /** Throws what kept the whole run from going on. */
  private async settled(cells: readonly PlannedCell[]): Promise<void> {
    const goals = goalsOf(cells)
    const done = () => goals.every((key) => !this.open.has(key))
    while (!done() && this.ended === undefined) {
      await new Promise<void>((wake) => this.waiting.add(wake))
    }
    if (!done() && this.ended?.error !== undefined) throw this.ended.error
  }

  private hear(event: RunEvent): void {
    if (event.type === 'unit-failed')
      this.outcomes.set(event.key, { status: 'failed', failure: event.failure })
    if (event.type === 'unit-blocked') this.outcomes.set(event.key, { status: 'blocked', by: event.by })
    if (event.type === 'unit-finished' || event.type === 'unit-failed' || event.type === 'unit-blocked') {
      this.open.delete(event.key)
      this.wake()
    }
  }

  private end(how: { readonly error?: Error }): void {
    this.ended = how
    this.wake()
  }

  private wake(): void {
    const waiting = [...this.waiting]
    this.waiting.clear()
    for (const wake of waiting) wake()
  }
}

function needsMasks({ claim }: Assertion): boolean {
  return claim.kind === 'trend' && claim.metric === 'similarity'
}
