import type { RunEvent } from '../../execute/index.ts'
import type { CellUnits, Durations, PlannedCell } from '../../plan/index.ts'
import { mergeResults, type Results, type RunSummary } from '../../results/index.ts'
import { openJournal, type ArtifactStore, type Provenance } from '../../store/index.ts'
import type { Digest } from '../../values/digest.ts'
import { Problem } from '../../values/problem.ts'
import { collectDetails } from '../collect-details.ts'
import type { Command } from '../command.ts'
import { runId } from '../compute-cells.ts'
import { copyArtifacts } from '../copy-artifacts.ts'
import { recordDurations } from '../durations.ts'
import type { Environment } from '../environment.ts'
import { exitCodeOfRun } from '../exit-code.ts'
import { judgeResults } from '../judge-results.ts'
import { presentExports } from '../present-exports.ts'
import { presentToGithub } from '../present-to-github.ts'
import { present } from '../present.ts'
import { forgetEarlierReruns, type Beginning } from '../recorded-runs.ts'
import { reportFolder } from '../report-folder.ts'
import { openStoreOf, prepareSuite, storeFolder, suiteFlags } from '../session.ts'
import { readShard, type ShardFolder } from '../shard-folder.ts'

/** `prune-bench merge <suite> <folder>…`: the report of the run that shards are parts of; their artifacts come into the store. */
export const mergeCommand: Command = {
  usage: '<suite> <folder>…',
  summary: 'Put the shards of a run together: one store, one report, one verdict.',
  flags: [...suiteFlags.filter((flag) => flag !== 'filter'), 'output', 'reporter', 'json'],
  run: async (args, env) => {
    const start = performance.now()
    const [suite, ...folders] = args.positionals
    if (suite === undefined || folders.length === 0) {
      throw new Problem('usage', 'merge needs a suite and the folders of its shards', {
        hint: 'write prune-bench merge mlp shard-1 shard-2',
      })
    }
    // No data is read: results say what they were measured on.
    const prepared = await prepareSuite({ ...args, positionals: [suite] }, env, {
      download: 'later',
      anyData: true,
    })
    const shards = folders.map((folder) => readShard(prepared.identity, folder, env, args.options.data))
    const results = mergeResults(shards)
    const store = openStoreOf(args, env)
    const provenance = await gather(shards, store, env)
    recordMerge(storeFolder(args, env), results)
    recordDurations({ ...prepared, identity: results.identity }, durationsOf(results, provenance))
    const details = await collectDetails(cellsOf(results), store)
    const report = { results, details, verdict: judgeResults({ results, details }, prepared, args, env) }
    const folder = reportFolder(results.identity, args, env)
    await present({ ...report, chosen: results, summary: summaryOf(results, start) }, folder, args, env)
    presentToGithub(report, prepared, folder, args, env)
    await presentExports({ prepared, results, series: details, store }, folder, args, env)
    return exitCodeOfRun(results, report.verdict)
  },
}

/** Journals what was merged, as a run that computed nothing: the store keeps what recorded runs need. */
function recordMerge(root: string, { identity, cells }: Results): void {
  const id = runId()
  const journal = openJournal<RunEvent | Beginning>(root, id)
  try {
    journal.append({
      type: 'run',
      identity,
      settled: false,
      cells: cells.map((cell) => ({ id: cell.id, units: cell.units })),
    })
    journal.append({ type: 'run-finished', seconds: 0, cancelled: false })
  } finally {
    journal.close()
  }
  forgetEarlierReruns(root, id)
}

/** Brings the artifacts of all shards into one store. */
async function gather(
  shards: readonly ShardFolder[],
  store: ArtifactStore,
  env: Environment,
): Promise<ReadonlyMap<Digest, Provenance>> {
  const all = new Map<Digest, Provenance>()
  for (const { name, store: from } of shards) {
    const { provenance, conflicts } = await copyArtifacts(from, store)
    for (const [key, one] of provenance) all.set(key, one)
    if (conflicts.length === 0) continue
    env.stderr.write(
      `${name}: ${conflicts.length} of its artifacts differ from those of the same name that are here, such as "${conflicts[0] ?? ''}"\n`,
    )
  }
  return all
}

/** A record names the units of its cell by the roles that the plan gave them. */
function cellsOf({ cells }: Results): readonly PlannedCell[] {
  return cells.map(({ id, point, units }) => ({ id, point, units: units as unknown as CellUnits }))
}

/** What the units took that the results are made from: later runs are cut by it. */
function durationsOf({ cells }: Results, provenance: ReadonlyMap<Digest, Provenance>): Durations {
  const needed = new Set(cells.flatMap(({ units }) => Object.values(units)))
  // A set's iteration reaches what is added meanwhile.
  for (const key of needed) {
    const inputs = provenance.get(key)?.document.inputs ?? {}
    for (const input of Object.values(inputs)) needed.add(input as Digest)
  }
  const found = [...needed].flatMap((key) => provenance.get(key) ?? [])
  return Object.fromEntries(found.map(({ label, seconds }) => [label, seconds]))
}

function summaryOf({ cells }: Results, start: number): RunSummary {
  const failed = new Set(
    cells.flatMap(({ failedUnit, missingFigures }) => [
      ...(failedUnit ? [failedUnit.key] : []),
      ...missingFigures.map(({ unit }) => unit.key),
    ]),
  )
  return {
    command: 'report',
    computed: 0,
    cached: new Set(cells.flatMap(({ units }) => Object.values(units))).size,
    failed: failed.size,
    blocked: 0,
    cancelled: cells.filter(({ status }) => status === 'cancelled').length,
    seconds: (performance.now() - start) / 1000,
  }
}
