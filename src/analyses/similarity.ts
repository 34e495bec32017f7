/** How alike two masks over the same weights are. */
export interface MaskSimilarity {
  /** Weights both keep over the geometric mean of what each keeps. */
  readonly cosine: number
  /** Weights both keep over weights either keeps. */
  readonly jaccard: number
  /** Weights that one keeps and the other prunes. */
  readonly hamming: number
}

/** Compares two masks. A mask that keeps nothing is like no other: cosine and Jaccard are 0. */
export function maskSimilarity(a: Uint8Array, b: Uint8Array): MaskSimilarity {
  const { both, inA, inB } = overlap(a, b)
  return similarityOf(both, inA, inB)
}

/**
 * What two independent random masks with as many ones as these would give: the weights both keep are then
 * kept(a) · kept(b) / size in the mean. Cosine and Hamming distance are expectations; Jaccard is that of the mean overlap.
 */
export function chanceSimilarity(a: Uint8Array, b: Uint8Array): MaskSimilarity {
  const { inA, inB } = overlap(a, b)
  return similarityOf(a.length === 0 ? 0 : (inA * inB) / a.length, inA, inB)
}

function similarityOf(both: number, inA: number, inB: number): MaskSimilarity {
  return {
    cosine: both === 0 ? 0 : both / Math.sqrt(inA * inB),
    jaccard: both === 0 ? 0 : both / (inA + inB - both),
    hamming: inA + inB - 2 * both,
  }
}

function overlap(a: Uint8Array, b: Uint8Array): { both: number; inA: number; inB: number } {
  if (a.length !== b.length)
    throw new RangeError(`masks of ${a.length} and ${b.length} weights cannot be compared`)
  let [both, inA, inB] = [0, 0, 0]
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] as number, b[i] as number]
    inA += x
    inB += y
    both += x & y
  }
  return { both, inA, inB }
}
