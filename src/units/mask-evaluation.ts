import type { FlatMask, Model } from '../plugin/index.ts'
import type { Runtime } from '../runtime/index.ts'
import { countCorrect } from '../training/index.ts'
import type { DatasetDescription, Examples } from '../values/dataset.ts'
import type { SearchedMasks } from './searched-masks.ts'

/** How well networks under masks do on a search set. */
export interface MaskEvaluation {
  /** How many masks it evaluates in about the time of one. */
  readonly atOnce: number
  /** Images classified right under each mask; undefined where it is certain that they are fewer than `atLeast`. */
  correct(masks: readonly FlatMask[], atLeast: readonly number[]): Promise<readonly (number | undefined)[]>
}

/** Runs the network under each mask as a program of the engine: works for every model. */
export function programEvaluation(
  runtime: Runtime,
  model: Model,
  data: DatasetDescription,
  network: SearchedMasks,
  images: Examples,
): MaskEvaluation {
  return {
    atOnce: 1,
    async correct(masks) {
      const counts: number[] = []
      for (const mask of masks)
        counts.push((await countCorrect(runtime, model, data, network.under(mask), images)).correct)
      return counts
    },
  }
}
