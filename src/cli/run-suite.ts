import { createCancellation, type RunEvent, type RunOutcome } from '../execute/index.ts'
import type { PlannedCell, Remaining } from '../plan/index.ts'
import { createLiveView, type LiveView } from '../report/index.ts'
import type { RunSummary } from '../results/index.ts'
import type { ArtifactStore } from '../store/index.ts'
import type { Digest } from '../values/digest.ts'
import { plainText } from '../values/plain-text.ts'
import { Problem } from '../values/problem.ts'
import { acceptBaseline } from './accept-baseline.ts'
import { secondsOf, wholeNumber, type Arguments } from './arguments.ts'
import { checkMayAccept } from './baseline-file.ts'
import { chooseCells } from './choose-cells.ts'
import { colourFlag } from './colour-flag.ts'
import { computeCells, workerFileOf, type Computing } from './compute-cells.ts'
import { defaultWorkers } from './default-workers.ts'
import { measuredIn, recordDurations } from './durations.ts'
import { conflictText, isKeptConflict } from './conflicts.ts'
import { columnsOf, isLive, useColour, type Environment } from './environment.ts'
import { exitCodeOfRun, exitCodeOfSignal, exitCodes } from './exit-code.ts'
import { gatherReport } from './gather-report.ts'
import { isDriverChatter } from './gpu/driver-chatter.ts'
import { healingStore } from './healing-store.ts'
import { onInterrupt } from './interrupts.ts'
import { judgeResults } from './judge-results.ts'
import { observeWork, type ObservedWork } from './observed-work.ts'
import type { Prepared } from './prepare.ts'
import { presentExports } from './present-exports.ts'
import { presentToGithub, reporterOf } from './present-to-github.ts'
import { present } from './present.ts'
import { reportFolder } from './report-folder.ts'
import { openStoreOf, prepareSuite } from './session.ts'
import { tellProgress } from './tell-progress.ts'

/** What somebody who runs a suite again and again wants to know and say. */
export interface RunHooks {
  /** Told what is going to be computed, before it is. */
  readonly onPlanned?: (prepared: Prepared) => void
  /** Once aborted, nothing new is started, and nothing is shown of the run. */
  readonly outdated?: AbortSignal
}

export interface RunEnd {
  readonly code: number
  /** The signal that ended it, if one did. */
  readonly signal: 'SIGINT' | 'SIGTERM' | undefined
}

/** Computes what a suite's cells lack, writes the report and prints the tables. */
export async function runSuite(args: Arguments, env: Environment, hooks: RunHooks = {}): Promise<RunEnd> {
  const limits = limitsOf(args)
  const update = args.options.update === true
  reporterOf(args, env)
  if (update) checkMayAccept(env)
  if (update && args.options.shard !== undefined) {
    throw new Problem('usage', '--update and --shard together would accept a part of the results', {
      hint: 'merge the shards, then accept what they came to: prune-bench baseline accept',
    })
  }
  const colour = useColour(colourFlag(args.options), env.env, env.stderr.isTTY)
  const quiet = args.options.quiet === true
  const prepared = await prepareSuite(args, env, {
    download: 'allowed',
    mayMeasure: true,
    ...(quiet ? {} : { report: tellProgress(env) }),
  })
  const { cells, shard } = chooseCells(prepared, args)
  // A name that cannot be a folder's is told before anything is computed.
  const folder = reportFolder(prepared.identity, args, env)
  hooks.onPlanned?.(prepared)
  const weights = new Map([...prepared.plan.units.values()].map((unit) => [unit.key as string, unit.weight]))
  const view = createLiveView({
    stream: env.stderr,
    isTTY: isLive(env.stderr, env.env),
    columns: () => columnsOf(env.stderr, env.env),
    colour,
    quiet,
    weights,
  })
  const damaged = new Set<Digest>()
  const store = openStoreOf(args, env, (found) => {
    damaged.add(found.key)
    view.event({ type: 'quarantined', ...found })
  })
  const work = observeWork(prepared.plan, () => performance.now())
  const { outcome, signal } = await compute(prepared, cells, store, { args, view, work, hooks, ...limits })
  const ended = signal && exitCodeOfSignal[signal]
  if (hooks.outdated?.aborted === true) return { code: ended ?? exitCodes.ok, signal }
  const stopped = outcome.problem !== undefined || outcome.cancelled
  const again = new Set<Digest>()
  const reported = stopped
    ? store
    : healingStore(store, damaged, async (key) => {
        again.add(key)
        const { problem } = await computeCells(prepared, cells, store, {
          ...limits,
          workers: limits.workers ?? defaultWorkers().workers,
          goals: [key],
          onEvent: view.event,
        })
        if (problem) throw problem
      })
  const report = await gatherReport(prepared, { cells, shard }, reported, outcome.units, args)
  const conflict = [...outcome.units.values()].some(isKeptConflict)
  const accept = () => {
    if (stopped) return 'nothing was accepted, as the run was stopped: run it again with --update\n'
    if (conflict) return 'nothing was accepted, as stored results differ from those computed again\n'
    return acceptBaseline(report.chosen, prepared, args, env)
  }
  const accepted = update ? accept() : ''
  if (shard === null) recordDurations(prepared, measuredIn(prepared.plan, outcome))
  const { results, chosen, judged, details } = report
  // After acceptance: what was just accepted is what it is held against.
  const verdict = judgeResults({ results: judged, details }, prepared, args, env)
  await present(
    { ...report, verdict, summary: summaryOf(outcome, work.rest(outcome), again) },
    folder,
    args,
    env,
  )
  presentToGithub({ ...report, verdict }, prepared, folder, args, env)
  await presentExports({ prepared, results, series: details, store: reported }, folder, args, env)
  // With --json, standard output is the results' alone.
  ;(args.options.json === true ? env.stderr : env.stdout).write(accepted)
  env.stderr.write(conflictText(outcome.units, { plan: prepared.plan, cells, suite: prepared.suite }, args))
  if (outcome.problem) throw outcome.problem
  return {
    code: ended ?? (conflict ? exitCodes.failed : exitCodeOfRun(chosen, verdict, outcome.cancelled)),
    signal,
  }
}

/** Node fires longer timers at once. */
const LONGEST_TIMER = 2 ** 31 - 1

type Limits = Pick<Computing, 'workers' | 'bail' | 'retries' | 'timeoutSeconds'> & {
  /** Seconds after which the run is stopped. */
  readonly stopAfter?: number
}

interface Surroundings extends Limits {
  readonly args: Arguments
  readonly view: LiveView
  readonly work: ObservedWork
  readonly hooks: RunHooks
}

/** Runs what is missing, with live view and Ctrl-C. */
async function compute(
  prepared: Prepared,
  cells: readonly PlannedCell[],
  store: ArtifactStore,
  { args, view, work, hooks, stopAfter, ...limits }: Surroundings,
): Promise<{ outcome: RunOutcome; signal: 'SIGINT' | 'SIGTERM' | undefined }> {
  const cancellation = createCancellation()
  const { workers, note } = limits.workers === undefined ? defaultWorkers() : { workers: limits.workers }
  if (note !== undefined && args.options.quiet !== true) view.log(note)
  const interrupts = onInterrupt(
    () => {
      view.log('stopping: what is running is finished first; press Ctrl-C again to stop at once')
      cancellation.request()
    },
    () => cancellation.request(),
  )
  const outdate = () => {
    if (cancellation.finish.aborted) return
    view.log('what is running is finished first, then the suite is run again')
    cancellation.request()
  }
  const limit =
    stopAfter === undefined
      ? undefined
      : setTimeout(
          () => {
            view.log('stopping now, as --stop-after asks: what is saved goes on from there in the next run')
            cancellation.request()
            cancellation.request()
          },
          Math.min(1000 * stopAfter, LONGEST_TIMER),
        )
  if (hooks.outdated?.aborted === true) outdate()
  hooks.outdated?.addEventListener('abort', outdate)
  try {
    const outcome = await computeCells(prepared, cells, store, {
      cancellation,
      anew: args.options.force === true,
      replace: args.options.replace === true,
      ...limits,
      workers,
      onEvent: (event) => {
        view.event(event)
        work.event(event)
        if (event.type === 'unit-resumed' && args.options.quiet !== true) view.log(goesOn(event))
      },
      onOutput: (worker, line) => {
        if (!isDriverChatter(line)) view.log(plainText(`worker ${worker}: ${line}`))
      },
    })
    return { outcome, signal: interrupts.received() }
  } finally {
    clearTimeout(limit)
    hooks.outdated?.removeEventListener('abort', outdate)
    interrupts.stop()
    view.stop()
  }
}

function goesOn({ label, done, total }: RunEvent & { type: 'unit-resumed' }): string {
  const [from, of] = [done, total].map((n) => n.toLocaleString('en-US'))
  return `goes on from ${from} of ${of}: ${label}`
}

function limitsOf({ options }: Arguments): Limits {
  workerFileOf()
  const workers = wholeNumber('workers', options.workers, 1)
  const bail = wholeNumber('bail', options.bail, 1)
  const retries = wholeNumber('retry', options.retry, 0)
  const timeoutSeconds = secondsOf('timeout', options.timeout)
  const stopAfter = secondsOf('stop-after', options['stop-after'])
  return {
    ...(workers === undefined ? {} : { workers }),
    ...(bail === undefined ? {} : { bail }),
    ...(retries === undefined ? {} : { retries }),
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
    ...(stopAfter === undefined ? {} : { stopAfter }),
  }
}

/** `again`: units of stored artifacts that turned out to be damaged while they were reported. */
function summaryOf(
  { units, seconds }: RunOutcome,
  rest: Remaining | null,
  again: ReadonlySet<Digest>,
): RunSummary {
  const ends = [...units].map(([key, { status }]) => (again.has(key) ? 'computed' : status))
  const count = (status: (typeof ends)[number]) => ends.filter((end) => end === status).length
  return {
    computed: count('computed'),
    cached: count('cached'),
    failed: count('failed'),
    blocked: count('blocked'),
    cancelled: count('cancelled'),
    seconds,
    ...(rest === null ? {} : { rest }),
  }
}
