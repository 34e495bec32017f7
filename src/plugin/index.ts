export { PerLayer } from './per-layer.ts'
export type {
  BufferSpec,
  ForwardInputs,
  ForwardOutputs,
  Initializer,
  Model,
  ModelDefinition,
  ParameterSpec,
  Parameters,
} from './model.ts'
export type { Channel, Features, Wiring } from './wiring.ts'
export { signalNames } from './criterion.ts'
export type {
  Criterion,
  CriterionDefinition,
  Options,
  Scope,
  SignalName,
  Signals,
  Widened,
} from './criterion.ts'
export type {
  FlatMask,
  Search,
  SearchContext,
  SearchDefinition,
  SearchProgress,
  SearchResult,
} from './search.ts'
export type { CriterionUse, DataUse, MatrixPoint, Suite, SuiteDefinition, SuiteSettings } from './suite.ts'
export { defineCriterion, defineDataset, defineModel, defineSearch, defineSuite } from './define.ts'
export type { DatasetPlugin } from './define.ts'
export { adadelta, adam, constant, cosine, sgd, steps } from './training.ts'
export { dense, flatten, logSoftmax, relu, sequential, uniformFanIn } from './layers.ts'
export type { Layer } from './layers.ts'
