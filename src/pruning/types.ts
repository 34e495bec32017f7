/** Scores of one layer: what to keep has the highest. */
export interface LayerScores {
  /** Name of the maskable parameter, or of the group of filters. */
  readonly name: string
  readonly values: Float32Array
}

/** The mask of one layer: a byte per weight or filter, 1 keeps it, 0 prunes it. */
export interface LayerMask {
  /** Name of the maskable parameter, or of the group of filters. */
  readonly name: string
  readonly mask: Uint8Array
}

/** What masks keep. The sparsity achieved is 1 − kept / total. */
export interface MaskDescription {
  /** The sparsity that was asked for. */
  readonly requested: number
  readonly kept: number
  readonly total: number
  readonly layers: readonly { readonly name: string; readonly kept: number; readonly total: number }[]
  /** Layers that keep nothing, by name. */
  readonly emptyLayers: readonly string[]
}
