import type { CellRecord } from '../results/index.ts'

/** The name of a cell's files, unique in its suite and at home in every file system: `snip-s90-k0-seed1`. */
export function cellFileName({ criterion, sparsity, k, seed }: CellRecord['point']): string {
  const percent = Number((100 * sparsity).toPrecision(10))
  return `${encodeURIComponent(criterion)}-s${percent}-k${k}-seed${seed}`
}
