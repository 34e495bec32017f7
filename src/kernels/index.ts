export { stackEvaluation } from './dense-stack/evaluation.ts'
export { stackBytes } from './dense-stack/layout.ts'
export type { StackLayer, StackTask } from './dense-stack/task.ts'
