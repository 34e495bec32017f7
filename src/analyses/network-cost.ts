import { sizeOf, type Shape } from '../values/host-tensor.ts'
import type { LayerOperation } from '../values/network-structure.ts'

/** What a network costs to keep and, for one image, to evaluate. */
export interface NetworkCost {
  /** Trained numbers, biases and batch-norm's scales and offsets included: the thesis' count. */
  readonly parameters: number
  /** All numbers: parameters and buffers, such as running means and variances. */
  readonly stored: number
  /** Multiply-adds of convolutions and fully connected layers: the thesis' count. */
  readonly macs: number
  /** Those, one multiply-add for each number that batch-norm puts out, and the additions of biases. */
  readonly operations: number
}

/** A network as far as it costs. */
export interface CostedNetwork {
  /** All parameters and buffers, of a pruned network in their smaller shapes. */
  readonly tensors: Readonly<Record<string, { readonly shape: Shape }>>
  /** Names of the parameters: what is trained. */
  readonly parameters: readonly string[]
  /** What its layers compute, see `NetworkStructure`: the same for a pruned network as for the full one. */
  readonly operations: readonly LayerOperation[]
}

/**
 * Counts what a network costs. `kept` tells how many entries a mask of weights keeps in each tensor that has one: a
 * pruned weight is neither stored nor multiplied.
 */
export function networkCost(
  { tensors, parameters, operations }: CostedNetwork,
  kept: ReadonlyMap<string, number> = new Map(),
): NetworkCost {
  const entries = new Map(Object.entries(tensors).map(([name, { shape }]) => [name, sizeOf(shape)]))
  const size = (name: string) => known(name, entries.get(name))
  for (const [name, count] of kept) {
    if (count > size(name))
      throw new RangeError(`cannot keep ${count} of the ${size(name)} entries of ${name}`)
    entries.set(name, count)
  }
  const sumOf = (kinds: readonly LayerOperation['kind'][]) =>
    sum(
      operations.filter(({ kind }) => kinds.includes(kind)),
      ({ tensor, positions }) => positions * size(tensor),
    )
  return {
    parameters: sum(parameters, size),
    stored: sum([...entries.values()], (count) => count),
    macs: sumOf(['multiply']),
    operations: sumOf(['multiply', 'scale', 'add']),
  }
}

/**
 * The parameters that no operation applies, so that counts of operations lack them: weights, of two axes and more, and
 * what belongs to a layer that tells no operation at all (batch-norm's offset goes with its scale).
 */
export function untoldParameters({ tensors, parameters, operations }: CostedNetwork): {
  readonly weights: readonly string[]
  readonly others: readonly string[]
} {
  const told = new Set(operations.map(({ tensor }) => tensor))
  const layers = new Set(operations.map(({ layer }) => layer))
  const isWeight = (name: string) => (tensors[name]?.shape.length ?? 0) >= 2
  const untold = parameters.filter((name) => !told.has(name))
  return {
    weights: untold.filter(isWeight),
    others: untold.filter((name) => !isWeight(name) && !layers.has(name.replace(/\/[^/]*$/, ''))),
  }
}

/**
 * How many times fewer parameters a pruned network has: those of the full one over its own, batch-norm and biases counted
 * on both sides. Null if none are left.
 */
export function compressionRatio(full: NetworkCost, pruned: NetworkCost): number | null {
  return pruned.parameters === 0 ? null : full.parameters / pruned.parameters
}

/**
 * How many times faster a pruned network would be if time were multiply-adds: those of the full one's convolutions and
 * fully connected layers over its own. Null if none are left. Measured latency tells what is true of it.
 */
export function theoreticalSpeedup(full: NetworkCost, pruned: NetworkCost): number | null {
  return pruned.macs === 0 ? null : full.macs / pruned.macs
}

function known(name: string, count: number | undefined): number {
  if (count === undefined) throw new RangeError(`the network has no tensor ${name}`)
  return count
}

function sum<T>(all: readonly T[], count: (one: T) => number): number {
  return all.reduce((total, one) => total + count(one), 0)
}
