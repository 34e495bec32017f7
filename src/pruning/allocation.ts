import { Problem } from '../values/problem.ts'

/** Over which weights scores are ranked: all layers together, or each layer for itself with the same share pruned. */
export type RankingScope = 'global' | 'layer'

/**
 * How many of `total` weights go at a sparsity: ⌊total · sparsity⌋, the thesis' int(N·s).
 * What is added undoes the rounding of products such as 100 · 0.29 = 28.999…, for totals of any size.
 */
export function prunedCount(total: number, sparsity: number): number {
  if (!(sparsity >= 0 && sparsity <= 1))
    throw new Problem('usage', `sparsity ${sparsity} is not a share`, {
      hint: 'give the share of weights to prune, from 0 to 1: 0.9 prunes 90 %',
    })
  return Math.min(total, Math.floor(total * sparsity * (1 + 2 ** -51) + 1e-9))
}

/**
 * How many weights each layer loses when all lose the same share. Each layer's count is rounded down; the weights then
 * missing from the total, `prunedCount` of all weights, are taken one each from the layers whose counts were cut by
 * most (the first of equals). So the total is that of a global ranking, and no layer is off its share by a whole weight.
 */
export function prunedPerLayer(sizes: readonly number[], sparsity: number): number[] {
  const counts = sizes.map((size) => prunedCount(size, sparsity))
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const missing = prunedCount(total, sparsity) - counts.reduce((sum, count) => sum + count, 0)
  const cut = sizes.map((size, i) => size * sparsity - (counts[i] as number))
  const mostCut = sizes.map((_, i) => i).sort((a, b) => (cut[b] as number) - (cut[a] as number) || a - b)
  for (const layer of mostCut.slice(0, missing)) (counts[layer] as number) += 1
  return counts
}
