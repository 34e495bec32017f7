/** One value for each maskable parameter of a model, in the model's order. */
export class PerLayer<T> {
  readonly names: readonly string[]
  readonly values: readonly T[]

  constructor(names: readonly string[], values: readonly T[]) {
    if (names.length !== values.length)
      throw new RangeError(`${names.length} layers but ${values.length} values`)
    this.names = names
    this.values = values
  }

  map<U>(fn: (value: T, layer: string) => U): PerLayer<U> {
    return new PerLayer(
      this.names,
      this.values.map((value, i) => fn(value, this.names[i] as string)),
    )
  }

  /** Combines two signals layer by layer: `weights.zip(gradients, (w, g) => tf.abs(tf.mul(w, g)))`. */
  zip<U, V>(other: PerLayer<U>, fn: (value: T, other: U, layer: string) => V): PerLayer<V> {
    return this.map((value, layer) => {
      const i = other.names.indexOf(layer)
      if (i < 0) throw new RangeError(`no value for layer ${layer} among ${other.names.join(', ')}`)
      return fn(value, other.values[i] as U, layer)
    })
  }
}
