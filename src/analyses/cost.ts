/** A parameter of a network and, where it is maskable, its mask: a byte per entry, 1 keeps it. */
export interface MaskedParameter {
  readonly name: string
  readonly size: number
  /** Whether inputs are multiplied by it: the weights of a fully connected layer, not its biases. */
  readonly multiplied: boolean
  readonly mask: Uint8Array | null
}

/** How much is left, and how much there was. */
export interface KeptOfTotal {
  readonly kept: number
  readonly total: number
}

/** What a masked fully connected network costs if pruned weights are neither stored nor multiplied. */
export interface Cost {
  /** All parameters, biases and layers that are never pruned included. */
  readonly parameters: KeptOfTotal
  /** Multiply-adds of one image: one for each weight of a fully connected layer, maskable or not. */
  readonly macs: KeptOfTotal
}

/** Counts the cost of a network whose maskable parameters are the weights of fully connected layers. */
export function denseCost(parameters: readonly MaskedParameter[]): Cost {
  const counted = parameters.map(({ name, size, multiplied, mask }) => {
    if (mask !== null && mask.length !== size)
      throw new RangeError(`a mask of ${mask.length} does not fit the ${size} entries of ${name}`)
    return { multiplied, total: size, kept: mask === null ? size : mask.reduce((sum, bit) => sum + bit, 0) }
  })
  return { parameters: sumOf(counted), macs: sumOf(counted.filter(({ multiplied }) => multiplied)) }
}

function sumOf(counts: readonly KeptOfTotal[]): KeptOfTotal {
  return {
    kept: counts.reduce((sum, { kept }) => sum + kept, 0),
    total: counts.reduce((sum, { total }) => sum + total, 0),
  }
}
