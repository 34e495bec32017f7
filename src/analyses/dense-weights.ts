/** The weights of a fully connected layer, row-major [out, in]; pruned ones are 0. */
export interface DenseWeights {
  readonly name: string
  readonly shape: readonly [out: number, inputs: number]
  readonly values: Float32Array
}

/** The layer with pruned weights set to 0. */
export function masked(layer: DenseWeights, mask: Uint8Array): DenseWeights {
  return { ...layer, values: layer.values.map((w, i) => (mask[i] === 1 ? w : 0)) }
}
