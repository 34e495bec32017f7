import type { UnitKind } from '../plan/index.ts'
import { runAnalyse } from './analyse.ts'
import { runBenchmark } from './benchmark.ts'
import { runEvaluate } from './evaluate.ts'
import { runInit } from './init.ts'
import { runJacobian } from './jacobian.ts'
import { runMask } from './mask.ts'
import { runPretrain } from './pretrain.ts'
import { runPrune } from './prune.ts'
import { runRepair } from './repair.ts'
import { runScores } from './scores.ts'
import { runSearch } from './search.ts'
import { runSignals } from './signals.ts'
import { runTrain } from './train.ts'
import type { RunUnit } from './types.ts'

export type { RunUnit, UnitContext, UnitProgress } from './types.ts'

/** One runner per kind of unit. */
export const runners: { readonly [K in UnitKind]: RunUnit<K> } = {
  init: runInit,
  pretrain: runPretrain,
  signals: runSignals,
  scores: runScores,
  mask: runMask,
  search: runSearch,
  prune: runPrune,
  repair: runRepair,
  train: runTrain,
  evaluate: runEvaluate,
  analyse: runAnalyse,
  jacobian: runJacobian,
  benchmark: runBenchmark,
}
