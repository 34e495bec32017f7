export { initialTensors } from './initial-tensors.ts'
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
  IgnoredReads,
  Options,
  Scope,
  SignalName,
  Signals,
  Widened,
} from './criterion.ts'
export { stepsOf, type InferenceStep, type InferenceSteps } from './inference-step.ts'
export type {
  FlatMask,
  Search,
  MaskedLayer,
  SearchContext,
  SearchDefinition,
  SearchProgress,
  SearchResult,
} from './search.ts'
export type {
  CriterionUse,
  DataUse,
  Granularity,
  KUnit,
  MatrixPoint,
  Suite,
  SuiteDefinition,
  SuiteSettings,
} from './suite.ts'
export { cells, metricNames } from './assertion.ts'
export type {
  AssertedCells,
  Assertion,
  CellSelector,
  Choice,
  Claim,
  MetricName,
  Occasion,
  Reference,
} from './assertion.ts'
export { defineCriterion, defineDataset, defineModel, defineSearch, defineSuite } from './define.ts'
export type { DatasetPlugin } from './define.ts'
export { adadelta, adam, constant, cosine, sgd, steps } from './training.ts'
export {
  averagePool,
  batchNorm,
  conv2d,
  dense,
  dropout,
  flatten,
  globalAveragePool,
  glorotNormal,
  kaimingNormal,
  logSoftmax,
  maxPool,
  relu,
  residual,
  sequential,
  softmax,
  subsample,
  uniformFanIn,
} from './layers/index.ts'
export type {
  BatchNormSettings,
  ConvolutionSettings,
  DenseSettings,
  Layer,
  LayerInputs,
  LayerOutputs,
  Padding,
  PoolingSettings,
  Sequential,
} from './layers/index.ts'
export { structureOf } from './structure.ts'
export { filterAxes } from './filter-axes.ts'
