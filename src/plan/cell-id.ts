import { percentOf } from '../values/share.ts'
import type { CellPoint } from './types.ts'

/** A cell's name for people and filters, unique in its suite: `snip s=90% k=0 seed=1`, `sa s=90% k=0 seed=1 search=2`. */
export function cellId({ criterion, sparsity, k, seed, searchSeed }: CellPoint): string {
  const repeat = searchSeed === undefined ? '' : ` search=${searchSeed}`
  return `${criterion} s=${percentOf(sparsity)}% k=${k} seed=${seed}${repeat}`
}
