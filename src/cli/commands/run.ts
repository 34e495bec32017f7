import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { loadChecked } from '../../datasets/index.ts'
import {
  createCancellation,
  recordEvents,
  resolve,
  runPlan,
  type RunEvent,
  type RunOutcome,
} from '../../execute/index.ts'
import { goalsOf, type PlannedCell } from '../../plan/index.ts'
import { createLiveView, type LiveView } from '../../report/index.ts'
import type { Results, RunSummary } from '../../results/index.ts'
import { openJournal, type ArtifactStore } from '../../store/index.ts'
import { Problem } from '../../values/problem.ts'
import { wholeNumber, type Arguments } from '../arguments.ts'
import { collectResults, identityOf } from '../collect.ts'
import { colourFlag } from '../colour-flag.ts'
import type { Command } from '../command.ts'
import { columnsOf, isLive, useColour, type Environment } from '../environment.ts'
import { exitCodes } from '../exit-code.ts'
import { onInterrupt } from '../interrupts.ts'
import type { Prepared } from '../prepare.ts'
import { present } from '../present.ts'
import { packageRoot } from '../project.ts'
import { selectCells } from '../select-cells.ts'
import { openStoreOf, prepareSuite, storeFolder, suiteFlags } from '../session.ts'

/** `prune-bench <suite>`: computes what is not stored, writes the report, prints the tables. */
export const runCommand: Command = {
  usage: '<suite>',
  summary: 'Run a suite: compute what is missing, print tables, write reports/<suite>/results.json.',
  flags: [...suiteFlags, 'workers', 'bail', 'retry', 'timeout', 'force', 'output', 'json', 'quiet'],
  run: async (args, env) => {
    const limits = limitsOf(args)
    const colour = useColour(colourFlag(args.options), env.env, env.stderr.isTTY)
    const quiet = args.options.quiet === true
    const prepared = await prepareSuite(args, env, {
      download: 'allowed',
      ...(quiet ? {} : { report: tellProgress(env) }),
    })
    const cells = selectCells(prepared.plan, args.options.filter)
    const weights = new Map(
      [...prepared.plan.units.values()].map((unit) => [unit.key as string, unit.weight]),
    )
    const view = createLiveView({
      stream: env.stderr,
      isTTY: isLive(env.stderr, env.env),
      columns: () => columnsOf(env.stderr, env.env),
      colour,
      quiet,
      weights,
    })
    const store = openStoreOf(args, env, (found) => view.event({ type: 'quarantined', ...found }))
    const { outcome, signal } = await compute(prepared, cells, store, { args, env, view, ...limits })
    const results = await collectResults(
      identityOf(prepared, cells, args),
      prepared.plan,
      cells,
      store,
      outcome.units,
    )
    present(results, summaryOf(outcome), args, env)
    if (outcome.problem) throw outcome.problem
    if (signal !== undefined) return signal === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated
    return exitCodeOf(results)
  },
}

interface Limits {
  readonly workers?: number
  readonly bail?: number
  readonly retries?: number
  readonly timeoutSeconds?: number
}

interface Surroundings extends Limits {
  readonly args: Arguments
  readonly env: Environment
  readonly view: LiveView
}

/** Runs what is missing, with journal, live view and Ctrl-C. */
async function compute(
  prepared: Prepared,
  cells: readonly PlannedCell[],
  store: ArtifactStore,
  { args, env, view, ...limits }: Surroundings,
): Promise<{ outcome: RunOutcome; signal: 'SIGINT' | 'SIGTERM' | undefined }> {
  const goals = goalsOf(cells)
  const anew = args.options.force === true
  await checkData(prepared, goals, store, anew)
  const journal = openJournal<object>(storeFolder(args, env), runId())
  const record = recordEvents(journal)
  const cancellation = createCancellation()
  const interrupts = onInterrupt(
    () => {
      view.log('stopping: what is running is finished first; press Ctrl-C again to stop at once')
      cancellation.request()
    },
    () => cancellation.request(),
  )
  try {
    journal.append(
      { type: 'run', identity: prepared.identity, cells: cells.map(({ id, units }) => ({ id, units })) },
      true,
    )
    const outcome = await runPlan({
      plan: prepared.plan,
      goals,
      store,
      setup: prepared.setup,
      workerFile: join(packageRoot, 'dist', 'worker.js'),
      cancellation,
      anew,
      ...limits,
      onEvent: (event) => {
        view.event(event)
        if (event.type === 'unit-resumed' && args.options.quiet !== true) view.log(goesOn(event))
        record(event)
      },
      onOutput: (worker, line) => view.log(`worker ${worker}: ${line}`),
    })
    return { outcome, signal: interrupts.received() }
  } finally {
    interrupts.stop()
    view.stop()
    journal.close()
  }
}

function goesOn({ label, done, total }: RunEvent & { type: 'unit-resumed' }): string {
  const [from, of] = [done, total].map((n) => n.toLocaleString('en-US'))
  return `goes on from ${from} of ${of}: ${label}`
}

/** Reads the data set here, once, before any worker starts: damaged files are one clear error, not one per unit. */
async function checkData(
  { plan, data }: Prepared,
  goals: Parameters<typeof resolve>[1],
  store: ArtifactStore,
  anew: boolean,
): Promise<void> {
  const { compute: missing } = await resolve(plan, goals, store, anew)
  if (missing.some((key) => plan.units.get(key)?.document.data !== null)) {
    await loadChecked(data.name, data.source, data.access, data.size)
  }
}

function limitsOf({ options }: Arguments): Limits {
  if (!existsSync(join(packageRoot, 'dist', 'worker.js'))) {
    throw new Problem('infrastructure', 'dist/worker.js is missing', { hint: 'run npm run build' })
  }
  const workers = wholeNumber('workers', options.workers, 1)
  const bail = wholeNumber('bail', options.bail, 1)
  const retries = wholeNumber('retry', options.retry, 0)
  const timeoutSeconds = wholeNumber('timeout', options.timeout, 1)
  return {
    ...(workers === undefined ? {} : { workers }),
    ...(bail === undefined ? {} : { bail }),
    ...(retries === undefined ? {} : { retries }),
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
  }
}

function summaryOf({ units, seconds }: RunOutcome): RunSummary {
  const ends = [...units.values()].map((outcome) => outcome.status)
  const count = (status: (typeof ends)[number]) => ends.filter((end) => end === status).length
  return {
    computed: count('computed'),
    cached: count('cached'),
    failed: count('failed'),
    blocked: count('blocked'),
    cancelled: count('cancelled'),
    seconds,
  }
}

function exitCodeOf(results: Results): number {
  return results.cells.some((cell) => cell.status === 'failed' || cell.status === 'cancelled')
    ? exitCodes.failed
    : exitCodes.ok
}

/** Sorts by time, and two runs started in one millisecond differ. */
function runId(): string {
  return `${new Date().toISOString().replace(/[:.]/g, '-')}-${process.pid}`
}

/** Downloads and generation, told on standard error: a line when it begins, and one every two seconds. */
function tellProgress(
  env: Environment,
): (progress: { what: string; done: number; total?: number; unit: string }) => void {
  let told = 0
  return ({ what, done, total, unit }) => {
    const now = performance.now()
    if (now - told < 2000 && done !== total) return
    told = now
    const amount =
      unit === 'bytes' ? (n: number) => `${(n / 2 ** 20).toFixed(1)} MiB` : (n: number) => `${n} ${unit}`
    env.stderr.write(`${what}: ${amount(done)}${total === undefined ? '' : ` of ${amount(total)}`}\n`)
  }
}
