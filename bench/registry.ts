import type { Workload } from './workload.ts'
import { cachedRerun } from './workloads/cached-rerun.ts'
import { cliStartup } from './workloads/cli-startup.ts'
import { cnnEvaluate1024 } from './workloads/cnn-evaluate-1024.ts'
import { cnnTrainStep } from './workloads/cnn-train-step.ts'
import { masksCnn80, masksMlp } from './workloads/masks.ts'
import { mlpEvaluate2000 } from './workloads/mlp-evaluate-2000.ts'
import { mlpTrainStep } from './workloads/mlp-train-step.ts'
import { plan10000Cells } from './workloads/plan-10000-cells.ts'
import { publish2000Artifacts } from './workloads/publish-2000-artifacts.ts'
import { report2000Cells } from './workloads/report-2000-cells.ts'
import { run10000Units } from './workloads/run-10000-units.ts'
import { saCnn50, saCnn80 } from './workloads/sa-cnn.ts'
import { saMlp } from './workloads/sa-mlp.ts'

/** All workloads, in the order in which they are measured. */
export const workloads: readonly Workload[] = [
  mlpTrainStep,
  mlpEvaluate2000,
  masksMlp,
  saMlp,
  cnnTrainStep,
  cnnEvaluate1024,
  masksCnn80,
  saCnn50,
  saCnn80,
  cliStartup,
  cachedRerun,
  plan10000Cells,
  run10000Units,
  publish2000Artifacts,
  report2000Cells,
]
