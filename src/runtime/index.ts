export { createRuntime, type RuntimeChoice } from './choose.ts'
export { describeRuntimes, type RuntimeReport } from './describe.ts'
export { createEagerRuntime, createOnnxRuntime } from './start.ts'
export type * from './types.ts'
