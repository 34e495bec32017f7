import { prunedCount, prunedPerLayer } from './allocation.ts'
import type { RankingScope } from './allocation.ts'
import { describeMask } from './describe-mask.ts'
import { topK, type RankedMasks, type Ties } from './top-k.ts'
import type { LayerMask, LayerScores, MaskDescription } from './types.ts'

/** Masks and what they keep. */
export interface SelectedMask extends MaskDescription {
  /** Entries with the score of the cut, kept and pruned: ties that their place decides. Added up over layers ranked on their own. */
  readonly ties: Ties
  /** One for each layer of scores, in their order. */
  readonly masks: readonly LayerMask[]
}

/**
 * Prunes the share `sparsity` of the weights with the lowest scores: `prunedCount(total, sparsity)` of them,
 * whatever the scores and the scope. Throws a `Problem` if a score is NaN or the sparsity is not a share.
 */
export function selectMask(
  scores: readonly LayerScores[],
  sparsity: number,
  scope: RankingScope,
): SelectedMask {
  const { masks, ties } = select[scope](scores, sparsity)
  return { masks, ties, ...describeMask(masks, sparsity) }
}

const select: Record<RankingScope, (scores: readonly LayerScores[], sparsity: number) => RankedMasks> = {
  global: (scores, sparsity) => {
    const total = scores.reduce((sum, { values }) => sum + values.length, 0)
    return topK(scores, total - prunedCount(total, sparsity))
  },
  layer: (scores, sparsity) => {
    const sizes = scores.map(({ values }) => values.length)
    const pruned = prunedPerLayer(sizes, sparsity)
    const ranked = scores.map((layer, i) => topK([layer], layer.values.length - (pruned[i] as number)))
    const count = (part: keyof Ties) => ranked.reduce((sum, { ties }) => sum + ties[part], 0)
    return {
      masks: ranked.flatMap(({ masks }) => masks),
      ties: { kept: count('kept'), pruned: count('pruned') },
    }
  },
}
