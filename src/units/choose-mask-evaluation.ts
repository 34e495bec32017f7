import { stackBytes } from '../kernels/index.ts'
import type { FlatMask, Model } from '../plugin/index.ts'
import type { Runtime } from '../runtime/index.ts'
import type { DatasetDescription, Examples } from '../values/dataset.ts'
import type { NamedTensors } from '../values/host-tensor.ts'
import { Problem } from '../values/problem.ts'
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
  /** The search set. */
  readonly images: Examples
}

/** Kernels keep all images and their first-layer sums in memory, on each thread; from here on programs, which do not, are used. */
const MOST_BYTES = 2 ** 30

/** The fastest way to evaluate masks of the model: SIMD kernels for fully connected layers, else programs. */
export async function maskEvaluation(
  sources: EvaluationSources,
  mostBytes = MOST_BYTES,
): Promise<MaskEvaluation> {
  const { runtime, model, dataset, weights, network, images } = sources
  const programs = programEvaluation(runtime, model, dataset, network, images)
  const task = network.granularity === 'weight' ? stackTask(model, weights, dataset, images) : undefined
  const threads = task === undefined ? 0 : Math.floor(mostBytes / stackBytes(task))
  if (task === undefined || threads === 0) return programs
  const kernels = await stackMaskEvaluation(task, Math.min(threads, runtime.engine.threads))
  return agreeing(kernels, programs, images.count)
}

/**
 * Checks at its first mask that an evaluation by the model's layers says what running the model says, so that a model
 * which runs something else is noticed. Images whose two highest logits are equal but for rounding may differ.
 */
function agreeing(fast: MaskEvaluation, reference: MaskEvaluation, images: number): MaskEvaluation {
  let checked: Promise<void> | undefined
  const check = async (mask: FlatMask) => {
    const [[byLayers = 0], [byModel = 0]] = [
      await fast.correct([mask], [0]),
      await reference.correct([mask], [0]),
    ]
    if (Math.abs(byLayers - byModel) <= 1 + images / 1000) return
    throw new Problem(
      'usage',
      `the model's forward classifies ${byModel} of ${images} images right under a mask, but the layers it says it is made of (steps) ${byLayers}`,
      { hint: 'leave `steps` out of the definition where forward is not what sequential() gave' },
    )
  }
  return {
    ...fast,
    async correct(masks, atLeast) {
      const [first] = masks
      if (first) await (checked ??= check(first))
      return fast.correct(masks, atLeast)
    },
  }
}
