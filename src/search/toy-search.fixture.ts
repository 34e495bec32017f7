import { deserialize, serialize } from 'node:v8'
import { stream } from '../values/random.ts'
import type { Stream } from '../values/random.ts'
import type { MaskSpace } from './mask-space.ts'
import type { SearchOutcome, SearchSpace } from './run-search.ts'

/** A space of masks with an accuracy in % for each. */
export interface Toy extends MaskSpace {
  readonly accuracy: (mask: Uint8Array) => number
}

/**
 * Some weights help and others harm; in steps of `step` %, like the accuracy on a search set of 100 / step images. The best
 * mask has nearly 100 %.
 */
export function worthToy(size: number, kept: number, seed: number, step = 0.5): Toy {
  const random = stream(seed, 'toy')
  const worth = Float64Array.from({ length: size }, () => random.uniform())
  const possible = worth
    .toSorted()
    .subarray(size - kept)
    .reduce((a, b) => a + b, 0)
  const accuracy = (mask: Uint8Array) => {
    const share = mask.reduce((sum, bit, i) => sum + bit * (worth[i] as number), 0) / Math.max(1e-9, possible)
    return step * Math.floor((100 * share) / step)
  }
  return { size, kept, accuracy }
}

/** How a toy search is run. */
export interface Manner {
  readonly seed: number
  readonly atOnce?: number
  /** The search is cut off after so many evaluations of `atOnce` masks, and goes on from what it saved. */
  readonly cutOffAfter?: number
}

type Context = SearchSpace & MaskSpace & { readonly random: Stream }

/** Runs a search on a toy; masks that are not above what they need to be are answered by −Infinity. */
export async function searchToy<T extends Toy>(
  search: (context: Context & T) => Promise<SearchOutcome>,
  toy: T,
  { seed, atOnce = 1, cutOffAfter }: Manner,
): Promise<SearchOutcome & { readonly masks: readonly Uint8Array[] }> {
  const masks: Uint8Array[] = []
  let left = cutOffAfter ?? Infinity
  let kept: Buffer | undefined
  const from = (saved: unknown) =>
    search({
      ...toy,
      random: stream(seed, 'search'),
      atOnce,
      progress: () => undefined,
      saved,
      save: (state) => {
        if (cutOffAfter !== undefined) kept = serialize(state())
      },
      evaluate: (proposed, above) => {
        if (left-- === 0) return Promise.reject(new Error('cut off'))
        masks.push(...proposed)
        const accuracies = proposed.map(toy.accuracy)
        return Promise.resolve(accuracies.map((a, i) => (a <= (above[i] as number) ? -Infinity : a)))
      },
    })
  try {
    return { ...(await from(undefined)), masks }
  } catch (error) {
    if ((error as Error).message !== 'cut off' || !kept) throw error
    return { ...(await from(deserialize(kept))), masks }
  }
}

export const onesOf = (mask: Uint8Array) => mask.reduce((sum, bit) => sum + bit, 0)
