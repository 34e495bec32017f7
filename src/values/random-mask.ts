/**
 * The kernel that dropout is made of, by its name in TensorFlow.js' registry. Backends that are to train networks with
 * dropout register it; `randomMask` says what it computes.
 */
export const RANDOM_MASK = 'PruneBenchRandomMask'

export interface RandomMaskAttributes {
  /** Rows of the result: images × pixels. */
  readonly rows: number
  /** Tells layers apart. */
  readonly salt: number
  /** Share of entries that are zero. */
  readonly rate: number
}
