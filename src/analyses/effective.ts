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
 * (Vysogorets & Kempe 2021, "Connectivity Matters"). Connections come in the order in which data flows: a channel of a
 * residual stream is fed by those before, and read by those behind. Channels that no mask can prune count as connected
 * to both sides. A path runs through weights alone: what only a bias feeds carries nothing of the input. `kept` tells
 * which filters are there.
 */
export function effectiveNetwork(
  { axes, filters }: NetworkStructure,
  connections: readonly Connection[],
  kept: Uint8Array = new Uint8Array(filters).fill(1),
): EffectiveNetwork {
  const links = connections.map((connection) => linkOf(connection, axes))
  const fed = spread(links, kept, 'from')
  const read = spread([...links].reverse(), kept, 'to').reverse()
  const effective = new Uint8Array(filters)
  const entries = links.map((link, l): [string, number] => {
    const [before, behind] = [fed[l] as Uint8Array, read[l] as Uint8Array]
    let count = 0
    for (let f = 0; f < link.from.length; f++) {
      if (before[f] === 0) continue
      for (let t = 0; t < link.to.length; t++) {
        const here = behind[t] === 0 ? 0 : (link.counts[f * link.to.length + t] as number)
        if (here === 0) continue
        count += here
        if ((link.to[t] as number) >= 0) effective[link.to[t] as number] = 1
      }
    }
    return [link.tensor, count]
  })
  return { entries: new Map(entries), filters: effective.reduce((sum, bit) => sum + bit, 0) }
}

/** A connection as a matrix [from, to] of how many kept entries lead from a channel to another. */
interface Link {
  readonly tensor: string
  /** The filter each channel is, −1 for none. */
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

/**
 * For each link, in the order given, which channels of its side `start` are connected to where the first link begins:
 * what is connected spreads from link to link.
 */
function spread(links: readonly Link[], kept: Uint8Array, start: 'from' | 'to'): Uint8Array[] {
  const connected = new Uint8Array(kept.length)
  return links.map((link) => {
    const [starts, ends] = start === 'from' ? [link.from, link.to] : [link.to, link.from]
    const on = Uint8Array.from(starts, (filter) => (filter < 0 ? 1 : (connected[filter] as number)))
    for (let e = 0; e < ends.length; e++) {
      const filter = ends[e] as number
      if (filter < 0 || kept[filter] === 0 || connected[filter] === 1) continue
      for (let s = 0; s < starts.length; s++) {
        const at = start === 'from' ? s * ends.length + e : e * starts.length + s
        if (on[s] === 0 || link.counts[at] === 0) continue
        connected[filter] = 1
        break
      }
    }
    return on
  })
}
