/** A fully connected layer: x · Wᵀ + b. */
export interface StackLayer {
  readonly inputs: number
  readonly outputs: number
  /** [outputs, inputs] */
  readonly weights: Float32Array
  /** [outputs] */
  readonly bias: Float32Array | null
  /** Whether masks cover its weights. Biases are never masked. */
  readonly masked: boolean
}

/** Fully connected layers with ReLU between them, and images to classify under masks. Plain data. */
export interface StackTask {
  readonly layers: readonly StackLayer[]
  readonly images: {
    readonly count: number
    /** [count, inputs of the first layer], channels last. */
    readonly pixels: Uint8Array
    /** [count] */
    readonly labels: Uint8Array
    /** Per channel; a pixel p becomes (p / 255 − mean) / std. */
    readonly mean: readonly number[]
    readonly std: readonly number[]
  }
}

/** The layer that reads the images. Throws a `RangeError` for a stack without layers. */
export function firstLayer({ layers: [first] }: StackTask): StackLayer {
  if (first === undefined) throw new RangeError('a stack has at least one layer')
  return first
}

/** Entries of a mask: those of all masked layers, one after the other. */
export function maskSize({ layers }: StackTask): number {
  return layers.reduce((sum, { masked, weights }) => sum + (masked ? weights.length : 0), 0)
}
