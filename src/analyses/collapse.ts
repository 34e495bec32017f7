/** The mask of a fully connected layer, row-major [out, in]. */
export interface DenseMask {
  readonly name: string
  readonly shape: readonly [out: number, inputs: number]
  readonly mask: Uint8Array
}

/** Where a network has stopped passing anything on. */
export interface Collapse {
  /** Layers that keep no weight at all, by name. */
  readonly empty: readonly string[]
  /**
   * The first layer that nothing from the input gets through: it keeps no weight, or only weights of inputs that are
   * themselves cut off. Null if a path from input to output is left.
   */
  readonly severedAt: string | null
}

/** Looks for collapse in layers that follow one another, each one's outputs the inputs of the next. */
export function findCollapse(layers: readonly DenseMask[]): Collapse {
  const empty = layers.filter(({ mask }) => !mask.includes(1)).map(({ name }) => name)
  let alive: Uint8Array | null = null
  for (const layer of layers) {
    alive = reached(layer, alive)
    if (!alive.includes(1)) return { empty, severedAt: layer.name }
  }
  return { empty, severedAt: null }
}

/** Which outputs depend on the network's input, given which inputs do; null: all. */
function reached({ name, shape, mask }: DenseMask, alive: Uint8Array | null): Uint8Array {
  const [out, inputs] = shape
  if (mask.length !== out * inputs)
    throw new RangeError(`a mask of ${mask.length} does not fit ${name} of shape [${out}, ${inputs}]`)
  if (alive !== null && alive.length !== inputs)
    throw new RangeError(`${name} has ${inputs} inputs, but the layer before has ${alive.length} outputs`)
  const outputs = new Uint8Array(out)
  for (let o = 0; o < out; o++)
    for (let i = 0; i < inputs; i++)
      if (mask[o * inputs + i] === 1 && (alive === null || alive[i] === 1)) {
        outputs[o] = 1
        break
      }
  return outputs
}
