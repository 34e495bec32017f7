import { float32 } from '../values/host-tensor.ts'
import type { NamedTensors } from '../values/host-tensor.ts'
import type { AxisBinding, NetworkStructure } from '../values/network-structure.ts'
import { deleteFilters } from './delete-filters.ts'
import { silenceEntries } from './silence-entries.ts'
import { boundAxes, silencedAxes, survivingEntries } from './surviving-entries.ts'

/** Two filter masks, and the parameters among a network's tensors. */
export interface Compaction {
  /** Filters that are not deleted; every live one is among them. */
  readonly keep: Uint8Array
  /** Filters that compute something. */
  readonly live: Uint8Array
  /** Names of the parameters: of other tensors only what reads channels is set to 0, as a running variance must stay positive. */
  readonly parameters: ReadonlySet<string>
}

/**
 * Deletes all filters but those of `keep`, and of these silences the ones that are not live, as `filterFactors` does: what
 * is left computes what `deleteFilters` with `live` would, in shapes that are those of `keep` (see `paddedMask`).
 * With a `keep` of ones it is the masked network in its full size.
 */
export function compactFilters(
  tensors: NamedTensors,
  structure: NetworkStructure,
  { keep, live, parameters }: Compaction,
): NamedTensors {
  const bound = boundAxes(structure, live)
  const lost = live.findIndex((bit, filter) => bit === 1 && keep[filter] !== 1)
  if (lost >= 0) throw new RangeError(`filter ${lost} is live, but not among those to keep`)
  const compacted = deleteFilters(tensors, structure, keep)
  return Object.fromEntries(
    Object.entries(compacted).map(([name, tensor]) => {
      const bindings = silencedAxes(bound.get(name) ?? [], parameters.has(name))
      const full = tensors[name]
      if (bindings.length === 0 || full?.dtype !== 'float32' || tensor.dtype !== 'float32')
        return [name, tensor]
      const silent = full.shape.map((_, axis) => silentEntries(bindings, axis, full.shape, keep, live))
      if (silent.every((entries) => entries.length === 0)) return [name, tensor]
      const data = tensor === full ? tensor.data.slice() : tensor.data
      silent.forEach((entries, axis) => {
        silenceEntries(data, tensor.shape, axis, entries)
      })
      return [name, float32(tensor.shape, data)]
    }),
  )
}

/** Entries along an axis of the compacted tensor that follow a filter which is kept but not live. */
function silentEntries(
  bindings: readonly AxisBinding[],
  axis: number,
  shape: readonly number[],
  keep: Uint8Array,
  live: Uint8Array,
): number[] {
  const living = survivingEntries(bindings, axis, shape, live)
  if (living === null) return []
  const kept = survivingEntries(bindings, axis, shape, keep)
  const silent: number[] = []
  let at = 0
  for (let i = 0; i < living.length; i++) {
    if (kept !== null && kept[i] === 0) continue
    if (living[i] === 0) silent.push(at)
    at++
  }
  return silent
}
