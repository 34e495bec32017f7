import type { UnitOutcome } from '../execute/index.ts'
import { goalsOf, type Plan, type PlannedCell } from '../plan/index.ts'
import {
  buildResults,
  collectCells,
  neededUnits,
  type Results,
  type RunIdentity,
  type Shard,
} from '../results/index.ts'
import type { ArtifactStore } from '../store/index.ts'
import type { Digest } from '../values/digest.ts'
import type { JsonObject } from '../values/json.ts'
import type { Arguments } from './arguments.ts'
import type { Prepared } from './prepare.ts'

/** Results of some cells of a plan from what the store holds, and from how units ended that left nothing there. */
export async function collectResults(
  identity: RunIdentity,
  plan: Plan,
  cells: readonly PlannedCell[],
  store: ArtifactStore,
  outcomes: ReadonlyMap<Digest, UnitOutcome>,
): Promise<Results> {
  const shown = { cells, units: plan.units }
  const goals = goalsOf(cells)
  const facts = new Map<Digest, JsonObject>()
  const seconds = new Map<Digest, number>()
  await Promise.all([
    ...goals.map(async (key) => {
      const found = await store.facts(key)
      if (found) facts.set(key, found)
    }),
    ...neededUnits(shown, goals).map(async (key) => {
      const provenance = await store.provenance(key)
      if (provenance) seconds.set(key, provenance.seconds)
    }),
  ])
  const records = collectCells({
    plan: shown,
    facts: (key) => facts.get(key),
    seconds: (key) => seconds.get(key),
    failures: outcomes,
  })
  return buildResults(identity, records)
}

/** The identity of a report on some of a suite's cells: it says which, and how many there are in all. */
export function identityOf(
  { identity, plan }: Prepared,
  cells: readonly PlannedCell[],
  { options }: Arguments,
  shard: Shard | null = null,
): RunIdentity {
  const selected = shard?.cells ?? cells.length
  return { ...identity, filter: selected === plan.cells.length ? null : (options.filter ?? null), shard }
}
