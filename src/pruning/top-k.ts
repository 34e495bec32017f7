import { Problem } from '../values/problem.ts'
import type { LayerMask, LayerScores } from './types.ts'

/** Entries that have the score of the cut, where both sides have some: which of them are kept, their place decides. */
export interface Ties {
  readonly kept: number
  readonly pruned: number
}

export interface RankedMasks {
  readonly masks: readonly LayerMask[]
  readonly ties: Ties
}

/**
 * Keeps exactly `kept` of the weights of all layers together: those with the highest scores, and among equal
 * scores those that come first (layers in the order given, then index). 0 and −0 are equal, infinities are ordinary
 * scores. Throws a `Problem` that names the layer and the index of the first NaN. Linear in the number of weights.
 */
export function topK(scores: readonly LayerScores[], kept: number): RankedMasks {
  const ranks = scores.map(ranksOf)
  const total = ranks.reduce((sum, layer) => sum + layer.length, 0)
  if (!Number.isInteger(kept) || kept < 0 || kept > total)
    throw new RangeError(`cannot keep ${kept} of ${total} weights`)

  const { rank: threshold, ties } = kept === 0 ? nothing : rankOfKth(ranks, kept)
  let tiesLeft = ties
  let tiesPruned = 0
  const masks = scores.map(({ name }, l) => {
    const layer = ranks[l] as Uint32Array
    const mask = new Uint8Array(layer.length)
    for (let i = 0; i < layer.length; i++) {
      const rank = layer[i] as number
      if (rank > threshold) mask[i] = 1
      else if (rank === threshold) {
        if (tiesLeft === 0) tiesPruned++
        else {
          mask[i] = 1
          tiesLeft--
        }
      }
    }
    return { name, mask }
  })
  return { masks, ties: tiesPruned === 0 ? noTies : { kept: ties, pruned: tiesPruned } }
}

/** The highest rank, and none with it: no weight is kept. */
const nothing = { rank: 2 ** 32 - 1, ties: 0 }

const noTies: Ties = { kept: 0, pruned: 0 }

/** Unsigned integers in the order of the scores: the bits of a float, its negatives turned round. */
function ranksOf({ name, values }: LayerScores): Uint32Array {
  const ranks = new Uint32Array(values.length)
  // Adding 0 turns −0 into 0, so that the two tie.
  const positiveZeros = new Float32Array(values.length)
  for (let i = 0; i < values.length; i++) positiveZeros[i] = (values[i] as number) + 0
  const bits = new Uint32Array(positiveZeros.buffer)
  for (let i = 0; i < ranks.length; i++) {
    if (Number.isNaN(positiveZeros[i])) throw nanScore(name, i)
    const word = bits[i] as number
    ranks[i] = word >>> 31 ? ~word : word | 0x80000000
  }
  return ranks
}

/** The rank of the `k`-th highest score (from 1), and how many of the weights that have it are among the first `k`. */
function rankOfKth(ranks: readonly Uint32Array[], k: number): { rank: number; ties: number } {
  // Two rounds of counting, over the upper and then the lower 16 bits, find it without sorting.
  const upper = new Uint32Array(65536)
  for (const layer of ranks) for (const rank of layer) (upper[rank >>> 16] as number) += 1
  const high = digitOfKth(upper, k)

  const lower = new Uint32Array(65536)
  for (const layer of ranks)
    for (const rank of layer) if (rank >>> 16 === high.digit) (lower[rank & 0xffff] as number) += 1
  const low = digitOfKth(lower, high.remaining)

  return { rank: high.digit * 65536 + low.digit, ties: low.remaining }
}

/** Walks down from the highest digit until `k` are counted; `remaining` of them have the digit it stops at. */
function digitOfKth(counts: Uint32Array, k: number): { digit: number; remaining: number } {
  let remaining = k
  let digit = counts.length - 1
  while (remaining > (counts[digit] as number)) remaining -= counts[digit--] as number
  return { digit, remaining }
}

function nanScore(layer: string, index: number): Problem {
  return new Problem('cell', `the score of ${layer} at index ${index} is NaN, which cannot be ranked`, {
    hint: `look in the criterion's score for 0/0, ∞−∞ or the logarithm of a negative number`,
  })
}
