import { packMask } from '../analyses/index.ts'
import type { FactsOf, PlannedCell } from '../plan/index.ts'
import {
  comparedCells,
  similarityReport,
  type MaskedCell,
  type NetworkMask,
  type RunDetails,
} from '../results/index.ts'
import type { ArtifactStore } from '../store/index.ts'
import type { Digest } from '../values/digest.ts'
import { collectSeries } from './collect-series.ts'

/** Masks read at the same time: as bytes, each may take hundreds of kilobytes. */
const AT_ONCE = 16

/** What a report shows of some cells beside their results, as far as the store holds it. */
export async function collectDetails(
  cells: readonly PlannedCell[],
  store: Pick<ArtifactStore, 'facts' | 'read'>,
): Promise<RunDetails> {
  const series = await collectSeries(cells, store)
  const masked = cells.flatMap(({ point, units }): MaskedCell[] => {
    const unit = units.search ?? units.mask
    return unit === undefined ? [] : [{ point, unit }]
  })
  const compared = comparedCells(masked)
  return { ...series, similarity: similarityReport(compared, await readMasks(compared, store)) }
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
