export { stackBytes } from './dense-stack/evaluation.ts'
export { parallelStackEvaluation } from './dense-stack/parallel.ts'
export type { StackLayer, StackTask } from './dense-stack/task.ts'
