import type { GroupPoint } from '../verdict/index.ts'
import { share } from './words.ts'

/** What a group is called where it stands alone: `snip 90 %`, with k where it is not 0. */
export function pointName({ criterion, sparsity, k, control }: GroupPoint): string {
  if (control) return criterion
  return [criterion, share(sparsity), ...(k === 0 ? [] : [`k=${k}`])].join(' ')
}
