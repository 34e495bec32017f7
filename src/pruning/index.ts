export { prunedCount } from './allocation.ts'
export { describeMask } from './describe-mask.ts'
export { unflattenMask } from './flat-mask.ts'
export { selectMask } from './select-mask.ts'
