import { resolve, type UnitOutcome } from '../execute/index.ts'
import { goalsOf } from '../plan/index.ts'
import type { Report } from '../report/index.ts'
import { buildResults, type Results } from '../results/index.ts'
import type { ArtifactStore } from '../store/index.ts'
import type { Digest } from '../values/digest.ts'
import type { Arguments } from './arguments.ts'
import type { ChosenCells } from './choose-cells.ts'
import { collectDetails } from './collect-details.ts'
import { collectResults, identityOf } from './collect.ts'
import { failuresInJournals } from './journal-failures.ts'
import type { Prepared } from './prepare.ts'

/** What a report shows, and the part of it that a command line asked for. */
export interface GatheredReport extends Omit<Report, 'verdict'> {
  /** The results of the cells that `--filter` chose. */
  readonly chosen: Results
  /** The results that are judged: without cells that were neither asked for nor run. */
  readonly judged: Results
}

/**
 * Everything that a report shows. A filter limits what is computed: the report is about all cells of the plan that the store
 * has, marks the others as not run, and is to be judged over those that were. A shard's report is about its own cells alone.
 */
export async function gatherReport(
  prepared: Prepared,
  { cells, shard }: ChosenCells,
  store: ArtifactStore,
  outcomes: ReadonlyMap<Digest, UnitOutcome>,
  args: Arguments,
): Promise<GatheredReport> {
  const { plan } = prepared
  const shown = shard === null ? plan.cells : cells
  const all = await collectResults(
    identityOf(prepared, shown, args, shard),
    plan,
    shown,
    store,
    shown.length === cells.length ? outcomes : await withEarlierFailures(prepared, outcomes, store),
  )
  const ids = new Set(cells.map(({ id }) => id))
  const chosen = buildResults(
    identityOf(prepared, cells, args, shard),
    all.cells.filter(({ id }) => ids.has(id)),
  )
  const details = await collectDetails(shown, store)
  const judged = buildResults(
    all.identity,
    all.cells.filter(({ id, status }) => ids.has(id) || status !== 'cancelled'),
  )
  return { results: all, chosen, judged, details }
}

/** How units ended, and how those that this run did not look at failed in earlier ones. */
async function withEarlierFailures(
  { plan, setup }: Prepared,
  outcomes: ReadonlyMap<Digest, UnitOutcome>,
  store: ArtifactStore,
): Promise<ReadonlyMap<Digest, UnitOutcome>> {
  const { compute } = await resolve(plan, goalsOf(plan.cells), store)
  const unseen = compute.filter((key) => !outcomes.has(key))
  return new Map([...failuresInJournals(setup.store, new Set(unseen)), ...outcomes])
}
