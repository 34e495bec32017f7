import type { FlatMask } from '../plugin/index.ts'
import {
  exampleBatches,
  maskedAnswers,
  maskedCounts,
  readingBytes,
  type GivenMask,
} from '../training/index.ts'
import type { Precision } from '../values/precision.ts'
import type { EvaluationSources } from './choose-mask-evaluation.ts'
import { onesOf, type MaskEvaluation } from './mask-evaluation.ts'
import { growing } from './growing.ts'

/** Images in one call: enough for small networks to fill a device, few enough for large ones to find room. */
const BATCH = 2048

/** Masks on a device: counts and answers of as many as are asked for, in one call. */
interface DeviceMasks {
  readonly correct: (masks: readonly FlatMask[]) => Promise<readonly number[]>
  /** The class of every image under a mask. */
  readonly answers: (precision: Precision, mask: FlatMask) => Promise<readonly number[]>
}

/**
 * Evaluates many masks in one call of the engine, for devices that one network does not fill. Weights and images stay there;
 * masks go there, and their counts come back.
 */
export async function deviceMaskEvaluation(sources: EvaluationSources): Promise<MaskEvaluation> {
  const { correct, answers } = deviceMasks(sources)
  const some = evenly(sources.network.size, sources.kept)
  return {
    atOnce: await growing((count) => correct(Array.from({ length: count }, () => some))),
    ones: onesOf,
    correct,
    answers,
    close: () => Promise.resolve(),
  }
}

/** The same without looking how many masks at once suit the device. */
export function deviceMasks(sources: EvaluationSources): DeviceMasks {
  const { runtime, model, dataset, network, images, kept, precision } = sources
  // As bytes, which all searches on these images share there: to normalise them is little beside many networks.
  const examples = {
    reading: readingBytes(model, dataset),
    batches: exampleBatches(dataset, images, BATCH),
  }
  const taskIn = (which: Precision) => ({
    ...{ runtime, model, examples },
    ...{ precision: which, form: network.form(kept, which) },
  })
  const task = taskIn(precision)
  return {
    correct: async (masks) => {
      const given = masks.map((mask) => task.form.given(mask))
      const counts = new Array<number>(masks.length)
      for (const places of alike(given)) {
        const found = await maskedCounts(
          task,
          places.map((i) => given[i] as GivenMask),
        )
        for (const [i, place] of places.entries()) counts[place] = found[i] as number
      }
      return counts
    },
    answers: (which, mask) => {
      const other = which === precision ? task : taskIn(which)
      return maskedAnswers(other, other.form.given(mask))
    },
  }
}

/** Where masks stand whose lists have the same lengths. */
function alike(given: readonly GivenMask[]): Iterable<readonly number[]> {
  const places = new Map<string, number[]>()
  for (const [i, { lengths }] of given.entries()) {
    const group = places.get(lengths.join())
    if (group) group.push(i)
    else places.set(lengths.join(), [i])
  }
  return places.values()
}

/** A mask with so many ones, spread over all of it. */
function evenly(size: number, ones: number): FlatMask {
  return Uint8Array.from(
    { length: size },
    (_, i) => Math.floor(((i + 1) * ones) / size) - Math.floor((i * ones) / size),
  )
}
