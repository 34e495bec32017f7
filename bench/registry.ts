import type { Workload } from './workload.ts'
import { cachedRerun } from './workloads/cached-rerun.ts'
import { cliStartup } from './workloads/cli-startup.ts'
import { mlpEvaluate2000 } from './workloads/mlp-evaluate-2000.ts'
import { mlpTrainStep } from './workloads/mlp-train-step.ts'
import { plan10000Cells } from './workloads/plan-10000-cells.ts'
import { saMlp } from './workloads/sa-mlp.ts'

/** All workloads, in the order in which they are measured. */
export const workloads: readonly Workload[] = [
  mlpTrainStep,
  mlpEvaluate2000,
  saMlp,
  cliStartup,
  cachedRerun,
  plan10000Cells,
]
