import type { CellRecord } from '../results/index.ts'
import { digest } from '../values/digest.ts'
import { whyNoFileName } from '../values/file-name.ts'
import { percentOf } from '../values/share.ts'

/** Characters that a label may take; a longer one ends in its digest. */
const MOST = 120

/** The name of a cell's files, unique in its suite and at home in every file system: `snip-s90-k0-seed1`. */
export function cellFileName({ criterion, sparsity, k, seed, searchSeed }: CellRecord['point']): string {
  const repeat = searchSeed === undefined ? '' : `-search${searchSeed}`
  return `${ofLabel(criterion)}-s${percentOf(sparsity)}-k${k}-seed${seed}${repeat}`
}

function ofLabel(label: string): string {
  const encoded = encodeURIComponent(label).replaceAll('*', '%2A')
  const named = whyNoFileName(encoded) === undefined ? encoded : encoded.replaceAll('.', '%2E')
  return named.length <= MOST ? named : `${named.slice(0, MOST - 11)}-${digest(label).slice(0, 10)}`
}
