/** Filters that live and die together: filter i of every producer makes channel i of one stream of features. */
export interface FilterGroup {
  /** The layer that makes them, or the first of several whose outputs are added: `conv1`, `stem+3`. */
  readonly name: string
  /** How many filters. */
  readonly size: number
  /** The maskable parameters whose outputs they are, in the model's order. */
  readonly producers: readonly string[]
}

/** Entries along one axis of a parameter or buffer that follow filters. */
export interface AxisBinding {
  /** Name of the parameter or buffer. */
  readonly tensor: string
  readonly axis: number
  /**
   * `output`: what makes a channel or belongs to it (a filter, its bias, its batch-norm); `input`: what reads it (the
   * next layer's input channel). Both go when the filter is deleted, and both are zero when it is masked: a shortcut may
   * feed the channel as well.
   */
  readonly role: 'output' | 'input'
  /** For each entry along the axis, the filter it follows: its place in a flat filter mask, −1 for none. */
  readonly filters: Int32Array
}

/** Something a layer computes for every image, as far as it costs. */
export interface LayerOperation {
  readonly layer: string
  /** The parameter that is applied: each of its entries once at each position. */
  readonly tensor: string
  /** Places it is applied at: pixels of the output of a convolution, 1 in a fully connected layer. */
  readonly positions: number
  /**
   * `multiply`: a multiply-add for each entry (convolutions, fully connected layers). `add`: an addition (biases).
   * `scale`: one multiply-add for each entry (batch-norm at inference, counted on its scale).
   */
  readonly kind: 'multiply' | 'add' | 'scale'
}

/** How a network hangs together: what a filter is, what goes with it, what layers cost. Derived from its layers. */
export interface NetworkStructure {
  /** Prunable filters, in the order of a flat filter mask: group after group. */
  readonly groups: readonly FilterGroup[]
  /** Number of prunable filters: the length of a flat filter mask. */
  readonly filters: number
  readonly axes: readonly AxisBinding[]
  readonly operations: readonly LayerOperation[]
}
