import { packMask } from '../analyses/index.ts'
import type { FactsOf, PlannedCell, UnitKind } from '../plan/index.ts'
import {
  similarityReport,
  type LossCurve,
  type MaskedCell,
  type NetworkMask,
  type RunDetails,
  type SearchTrace,
} from '../results/index.ts'
import type { ArtifactStore } from '../store/index.ts'
import type { Digest } from '../values/digest.ts'

/** Masks read at the same time: as bytes, each may take hundreds of kilobytes. */
const AT_ONCE = 16

/** What a report shows of some cells beside their results, as far as the store holds it. */
export async function collectDetails(
  cells: readonly PlannedCell[],
  store: Pick<ArtifactStore, 'facts' | 'read'>,
): Promise<RunDetails> {
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
  const masked = cells.flatMap(({ point, units }): MaskedCell[] => {
    const unit = units.search ?? units.mask
    return unit === undefined ? [] : [{ point, unit }]
  })
  return { traces, losses, similarity: similarityReport(masked, await readMasks(masked, store)) }
}

/** The masks of these cells, packed: all of them as bytes would not fit in memory. */
async function readMasks(
  cells: readonly MaskedCell[],
  store: Pick<ArtifactStore, 'read'>,
): Promise<ReadonlyMap<Digest, NetworkMask>> {
  const masks = new Map<Digest, NetworkMask>()
  const units = [...new Set(cells.map(({ unit }) => unit))]
  for (let i = 0; i < units.length; i += AT_ONCE) {
    await Promise.all(
      units.slice(i, i + AT_ONCE).map(async (unit) => {
        const artifact = await store.read(unit)
        if (artifact === undefined) return
        const { layers } = artifact.facts as unknown as FactsOf<'mask'>
        masks.set(
          unit,
          layers.map(({ name }) => ({ name, mask: packMask(artifact.tensors[name]?.data as Uint8Array) })),
        )
      }),
    )
  }
  return masks
}
