/** A parameter of a network and, where it is maskable, its mask: a byte per entry, 1 keeps it. */
export interface MaskedParameter {
  readonly name: string
  readonly size: number
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
  /** Multiply-adds of one image in maskable layers: one for each weight of a fully connected layer. */
  readonly macs: KeptOfTotal
}

/** Counts the cost of a network whose maskable parameters are the weights of fully connected layers. */
export function denseCost(parameters: readonly MaskedParameter[]): Cost {
  let [keptParameters, allParameters, keptMacs, allMacs] = [0, 0, 0, 0]
  for (const { name, size, mask } of parameters) {
    if (mask !== null && mask.length !== size)
      throw new RangeError(`a mask of ${mask.length} does not fit the ${size} entries of ${name}`)
    const kept = mask === null ? size : mask.reduce((sum, bit) => sum + bit, 0)
    keptParameters += kept
    allParameters += size
    if (mask === null) continue
    keptMacs += kept
    allMacs += size
  }
  return {
    parameters: { kept: keptParameters, total: allParameters },
    macs: { kept: keptMacs, total: allMacs },
  }
}
