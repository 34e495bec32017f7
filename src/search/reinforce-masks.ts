/** A part of a mask: layers lie one after the other. */
export interface Layer {
  readonly name: string
  readonly size: number
}

/**
 * Masks that keep the weights of largest magnitude in each layer, of equals the first, told by the number of weights kept of
 * each layer. Weights are ranked once, here.
 */
export function masksByMagnitude(
  layers: readonly Layer[],
  magnitudes: Float32Array,
): (counts: readonly number[]) => Uint8Array {
  const rankings: Int32Array[] = []
  let at = 0
  for (const { size } of layers) {
    const first = at
    const ranking = Int32Array.from({ length: size }, (_, i) => first + i)
    // Sorting typed arrays is stable: equals stay in order of index.
    rankings.push(ranking.sort((a, b) => (magnitudes[b] as number) - (magnitudes[a] as number)))
    at += size
  }
  return (counts) => {
    const mask = new Uint8Array(magnitudes.length)
    for (const [layer, ranking] of rankings.entries())
      for (const i of ranking.subarray(0, counts[layer])) mask[i] = 1
    return mask
  }
}
