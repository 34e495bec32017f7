export { stackBytes, stackEvaluation, type StackEvaluation } from './dense-stack/evaluation.ts'
export type { StackLayer, StackTask } from './dense-stack/task.ts'
