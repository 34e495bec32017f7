import type { FlatMask, Model } from '../plugin/index.ts'
import type { Runtime } from '../runtime/index.ts'
import { countCorrect, prepareExamples, type PreparedExamples } from '../training/index.ts'
import type { DatasetDescription, Examples } from '../values/dataset.ts'
import type { Precision } from '../values/precision.ts'
import type { SearchedMasks } from './searched-masks.ts'

/** How well networks under masks do on a search set. */
export interface MaskEvaluation {
  /** How many masks it evaluates in about the time of one. */
  readonly atOnce: number
  /** Ones in a mask of the right length; −1 if it has bytes other than 0 and 1. */
  ones(mask: FlatMask): number
  /** Images classified right under each mask; undefined where it is certain that they are fewer than `atLeast`. */
  correct(masks: readonly FlatMask[], atLeast: readonly number[]): Promise<readonly (number | undefined)[]>
  /** The class of every image under a mask; of evaluations that can compute in several precisions. */
  readonly answers?: (precision: Precision, mask: FlatMask) => Promise<readonly number[]>
  /** Ends what it started. */
  close(): Promise<void>
}

/** Bytes that what a model's first layer reads of a search set may take: 1,024 images of CIFAR-10 by 3 × 3 pixels take 25 MB. */
const MOST_BYTES = 2 ** 28

/**
 * Runs the network under each mask as a program of the engine: works for every model. What does not depend on the mask
 * is computed once, before the first one.
 */
export function programEvaluation(
  runtime: Runtime,
  model: Model,
  data: DatasetDescription,
  network: SearchedMasks,
  images: Examples,
): MaskEvaluation {
  let prepared: Promise<PreparedExamples | undefined> | undefined
  return {
    atOnce: 1,
    ones: onesOf,
    close: () => Promise.resolve(),
    async correct(masks) {
      const examples = await (prepared ??= prepareExamples(runtime, model, data, images, MOST_BYTES))
      const counts: number[] = []
      for (const mask of masks) {
        const params = network.under(mask)
        const { correct } = await (examples?.correct(params) ??
          countCorrect(runtime, model, data, params, images))
        counts.push(correct)
      }
      return counts
    },
  }
}

export function onesOf(mask: FlatMask): number {
  let [ones, others] = [0, 0]
  for (const bit of mask) {
    ones += bit & 1
    others |= bit & ~1
  }
  return others === 0 ? ones : -1
}
