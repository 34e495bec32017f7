import type { CellRecord } from './types.ts'

/** A criterion whose place decided more than this share did not choose its mask by its scores alone. */
export const NOTABLE_TIES = 0.01

/**
 * The share of a mask that ties decide, so that the place of weights or filters chose between them: the fewer of the kept
 * and of the pruned entries with the score of the cut, over the fewer of all kept and all pruned. 1: the mask says nothing
 * of the scores. Null for a search, and where there is no mask.
 */
export function tiedShare({ ties, sparsity: { kept, total } }: CellRecord): number | null {
  if (ties === null || kept === null || total === null) return null
  const decided = Math.min(ties.kept, ties.pruned)
  return decided === 0 ? 0 : decided / Math.min(kept, total - kept)
}
