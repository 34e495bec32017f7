// A path that users of the declarations follow, too; an import would be dropped.
// eslint-disable-next-line @typescript-eslint/triple-slash-reference
/// <reference path="./file-imports.ts" preserve="true" />
/**
 * The public API: what criteria, models, data sets and suites import as `prune-bench`.
 * @packageDocumentation
 */
export * from './plugin/index.ts'
export {
  geneticSearch,
  hillClimbing,
  randomSearch,
  reinforce,
  runSearch,
  simulatedAnnealing,
  thesisCnnSchedule,
  thesisMlpSchedule,
} from './search/index.ts'
export type {
  AnnealingSettings,
  Candidate,
  GeneticSettings,
  HillClimbingSettings,
  LayeredMaskSpace,
  MaskSpace,
  RandomSearchSettings,
  ReinforceSettings,
  SearchMachine,
  SearchOutcome,
  SearchSpace,
  Trace,
  TraceRow,
} from './search/index.ts'
export { stream } from './values/random.ts'
export type { Stream } from './values/random.ts'
export { Problem } from './values/problem.ts'
export type {
  DataAccess,
  Dataset,
  DatasetDescription,
  DatasetSize,
  DatasetSource,
  Examples,
  Located,
} from './values/dataset.ts'
export type { OptimizerSettings, ScheduleSettings, TrainingSettings } from './values/training-settings.ts'
export type { Results } from './results/index.ts'
/** TensorFlow.js' operations, for those who do not import `@tensorflow/tfjs-core` themselves. */
export * as tf from '@tensorflow/tfjs-core'
