import { sizeOf, type Shape } from '../values/host-tensor.ts'
import type { AxisBinding, NetworkStructure } from '../values/network-structure.ts'

/** A tensor that leads from channels to channels: the weights of a convolution or fully connected layer. */
export interface Connection {
  readonly tensor: string
  readonly shape: Shape
  /** A byte for each entry, 0 where it leads nowhere; null: all of them lead on. */
  readonly kept: Uint8Array | null
}

/** What of a pruned network its input can reach and its output depends on. */
export interface EffectiveNetwork {
  /** For each connection, by the tensor's name: how many kept entries lie on a path from input to output. */
  readonly entries: ReadonlyMap<string, number>
  /** How many kept filters do. */
  readonly filters: number
}

/**
 * Follows paths of kept weights through the channels of a network, forward from its input and backward from its output
 * (Vysogorets & Kempe 2021, "Connectivity Matters"). Channels that no mask can prune count as connected to both.
 * A path runs through weights alone: what only a bias feeds carries nothing of the input. `kept` tells which filters are.
 */
export function effectiveNetwork(
  { axes, filters }: NetworkStructure,
  connections: readonly Connection[],
  kept: Uint8Array = new Uint8Array(filters).fill(1),
): EffectiveNetwork {
  const links = connections.map((connection) => linkOf(connection, axes))
  const fromInput = reached(links, kept, 'from', 'to')
  const toOutput = reached([...links].reverse(), kept, 'to', 'from')
  return {
    entries: new Map(links.map((link) => [link.tensor, entriesBetween(link, fromInput, toOutput)])),
    filters: kept.reduce(
      (sum, bit, i) => sum + (bit & (fromInput[i] as number) & (toOutput[i] as number)),
      0,
    ),
  }
}

/** A connection as a matrix [from, to] of how many kept entries lead from a channel to another. */
interface Link {
  readonly tensor: string
  /** The filter each channel is, −1 for none; null: all are none. */
  readonly from: Int32Array
  readonly to: Int32Array
  readonly counts: Int32Array
}

function linkOf({ tensor, shape, kept }: Connection, axes: readonly AxisBinding[]): Link {
  const size = sizeOf(shape)
  if (kept !== null && kept.length !== size)
    throw new RangeError(`a mask of ${kept.length} does not fit ${tensor} of shape [${shape.join(', ')}]`)
  const side = (role: AxisBinding['role']) => {
    const binding = axes.find((one) => one.tensor === tensor && one.role === role)
    if (binding === undefined) return { filters: Int32Array.of(-1), stride: 1, length: 1 }
    const length = shape[binding.axis] as number
    return { filters: binding.filters, stride: sizeOf(shape.slice(binding.axis + 1)), length }
  }
  const [from, to] = [side('input'), side('output')]
  const counts = new Int32Array(from.length * to.length)
  for (let i = 0; i < size; i++) {
    if (kept !== null && kept[i] === 0) continue
    const source = Math.floor(i / from.stride) % from.length
    const target = Math.floor(i / to.stride) % to.length
    ;(counts[source * to.length + target] as number)++
  }
  return { tensor, from: from.filters, to: to.filters, counts }
}

/** Which filters are connected to what lies before the first of these links, seen in the direction given. */
function reached(
  links: readonly Link[],
  kept: Uint8Array,
  start: 'from' | 'to',
  end: 'from' | 'to',
): Uint8Array {
  const found = new Uint8Array(kept.length)
  // Once suffices for layers in a row; where shortcuts lead around some, until nothing is added.
  for (let grown = true; grown;) {
    grown = false
    for (const link of links) {
      const [starts, ends] = [link[start], link[end]]
      for (let e = 0; e < ends.length; e++) {
        const filter = ends[e] as number
        if (filter < 0 || kept[filter] === 0 || found[filter] === 1) continue
        for (let s = 0; s < starts.length; s++) {
          const at = start === 'from' ? s * ends.length + e : e * starts.length + s
          if (link.counts[at] === 0 || !isOn(starts[s] as number, found)) continue
          found[filter] = 1
          grown = true
          break
        }
      }
    }
  }
  return found
}

function entriesBetween({ from, to, counts }: Link, fromInput: Uint8Array, toOutput: Uint8Array): number {
  let entries = 0
  for (let f = 0; f < from.length; f++) {
    if (!isOn(from[f] as number, fromInput)) continue
    for (let t = 0; t < to.length; t++)
      if (isOn(to[t] as number, toOutput)) entries += counts[f * to.length + t] as number
  }
  return entries
}

/** Whether a channel is connected: one that is no filter always is. */
function isOn(filter: number, found: Uint8Array): boolean {
  return filter < 0 || found[filter] === 1
}
