/** The masks that are searched: all with `kept` ones among `size` weights. */
export interface MaskSpace {
  readonly size: number
  readonly kept: number
}
