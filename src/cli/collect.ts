import type { UnitOutcome } from '../execute/index.ts'
import type { Plan, PlannedCell } from '../plan/index.ts'
import { buildResults, collectCells, type Results, type RunIdentity } from '../results/index.ts'
import type { ArtifactStore } from '../store/index.ts'
import type { Digest } from '../values/digest.ts'
import type { JsonObject } from '../values/json.ts'

/** Results of some cells of a plan from what the store holds, and from how units ended that left nothing there. */
export async function collectResults(
  identity: RunIdentity,
  plan: Plan,
  cells: readonly PlannedCell[],
  store: ArtifactStore,
  outcomes: ReadonlyMap<Digest, UnitOutcome>,
): Promise<Results> {
  const keys = [...new Set(cells.flatMap((cell) => Object.values(cell.units) as Digest[]))]
  const facts = new Map<Digest, JsonObject>()
  const seconds = new Map<Digest, number>()
  await Promise.all(
    keys.map(async (key) => {
      const [found, provenance] = await Promise.all([store.facts(key), store.provenance(key)])
      if (found) facts.set(key, found)
      if (provenance) seconds.set(key, provenance.seconds)
    }),
  )
  const records = collectCells({
    plan: { cells, units: plan.units },
    facts: (key) => facts.get(key),
    seconds: (key) => seconds.get(key),
    failures: outcomes,
  })
  return buildResults(identity, records)
}
