import { stackBytes } from '../kernels/index.ts'
import type { Model } from '../plugin/index.ts'
import type { Runtime } from '../runtime/index.ts'
import type { DatasetDescription, Examples } from '../values/dataset.ts'
import type { NamedTensors } from '../values/host-tensor.ts'
import type { Precision } from '../values/precision.ts'
import { deviceMaskEvaluation } from './device-mask-evaluation.ts'
import { programEvaluation, type MaskEvaluation } from './mask-evaluation.ts'
import type { SearchedMasks } from './searched-masks.ts'
import { stackMaskEvaluation } from './stack-mask-evaluation.ts'
import { stackTask } from './stack-task.ts'

export interface EvaluationSources {
  readonly runtime: Runtime
  readonly model: Model
  readonly dataset: DatasetDescription
  /** Network tensors that masks are put on. */
  readonly weights: NamedTensors
  readonly network: SearchedMasks
  /** Ones in the masks that will be asked for. */
  readonly kept: number
  /** The search set. */
  readonly images: Examples
  /** Real numbers that masks are evaluated with. */
  readonly precision: Precision
}

/** Kernels keep all images and their first-layer sums in memory; from here on programs, which do not, are used. */
const MOST_BYTES = 2 ** 30

/**
 * The fastest way to evaluate masks of the model: on a GPU many at once, else SIMD kernels for fully connected layers and
 * programs for all others. Evaluation in fewer bits is for devices, too. Never by what is faster just now: counts of two ways may differ where two classes tie.
 */
export async function maskEvaluation(
  sources: EvaluationSources,
  mostBytes = MOST_BYTES,
): Promise<MaskEvaluation> {
  const { runtime, model, dataset, weights, network, images, precision } = sources
  const { threads, device } = runtime.engine
  if (device === 'gpu' || precision !== 'float32') return deviceMaskEvaluation(sources)
  const task = network.granularity === 'weight' ? stackTask(model, weights, dataset, images) : undefined
  if (task === undefined || stackBytes(task, threads) > mostBytes)
    return programEvaluation(runtime, model, dataset, network, images)
  return stackMaskEvaluation(task, threads)
}
