import type { CellPoint } from './types.ts'

/** A cell's name for people and filters, unique in its suite: `snip s=90% k=0 seed=1`, `sa s=90% k=0 seed=1 search=2`. */
export function cellId({ criterion, sparsity, k, seed, searchSeed }: CellPoint): string {
  const repeat = searchSeed === undefined ? '' : ` search=${searchSeed}`
  return `${criterion} s=${percent(sparsity)} k=${k} seed=${seed}${repeat}`
}

/** A share as a percentage with as few digits as it needs: 0.9 → `90%`, 0.985 → `98.5%`. */
export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(10))}%`
}
