import type { FactsOf, PlannedCell, UnitKind } from '../plan/index.ts'
import type { LossCurve, RunDetails, SearchTrace } from '../results/index.ts'
import type { ArtifactStore } from '../store/index.ts'
import type { Digest } from '../values/digest.ts'

/** Long series of cells, by their ids: they are not in the results. */
export type SeriesByCell = Pick<RunDetails, 'traces' | 'losses'>

/** Reads what the store has of these cells' series. */
export async function collectSeries(
  cells: readonly Pick<PlannedCell, 'id' | 'units'>[],
  store: Pick<ArtifactStore, 'facts'>,
): Promise<SeriesByCell> {
  const traces = new Map<string, SearchTrace>()
  const losses = new Map<string, LossCurve>()
  const facts = async <K extends UnitKind>(_kind: K, key: Digest | undefined) =>
    // A key is a digest of its unit's kind, so that what is stored under it are facts of that kind.
    key === undefined ? undefined : ((await store.facts(key)) as FactsOf<K> | undefined)
  for (const { id, units } of cells) {
    const search = await facts('search', units.search)
    if (search !== undefined && Object.keys(search.trace).length > 0) traces.set(id, search.trace)
    const loss = (await facts('train', units.train))?.firstLosses ?? []
    if (loss.length > 0) losses.set(id, { iterations: loss.map((_, i) => i + 1), loss })
  }
  return { traces, losses }
}
