import type { Shape } from '../values/host-tensor.ts'
import type { AxisBinding, NetworkStructure } from '../values/network-structure.ts'
import { boundAxes, indicesOf, silencedAxes, survivingAlong } from './surviving-entries.ts'

/** The lists that tell what is left of an axis along which filters are deleted, by their numbers. */
export interface ListedAxis {
  /** Entries that are not deleted, in their order. */
  readonly kept: number
  /** For each of these, 1 where it computes something and 0 where it must be silent; null where all may speak. */
  readonly live: number | null
}

/** `compactFilters` as lists of entries: each is there once, however many axes follow the same filters. */
export interface FilterEntries {
  /** For each axis of a tensor that loses entries, its lists; null for the others. Absent where no axis does. */
  readonly axes: Readonly<Record<string, readonly (ListedAxis | null)[]>>
  /** All lists under two filter masks, `live` being no more than `keep`. */
  readonly lists: (keep: Uint8Array, live: Uint8Array) => readonly Int32Array[]
}

/** How a network's tensors lose what follows filters. `parameters` as in `Compaction`. */
export function filterEntries(
  tensors: Readonly<Record<string, { readonly shape: Shape }>>,
  structure: NetworkStructure,
  parameters: ReadonlySet<string>,
): FilterEntries {
  const bound = boundAxes(structure, new Uint8Array(structure.filters))
  const lists = new Lists()
  const axes = Object.entries(tensors).flatMap(([name, { shape }]) => {
    const bindings = bound.get(name)
    if (bindings === undefined) return []
    const silenced = new Set(silencedAxes(bindings, parameters.has(name)))
    const listed = shape.map((length, axis): ListedAxis | null => {
      const along = bindings.filter((binding) => binding.axis === axis)
      if (along.length === 0) return null
      const kept = lists.number({ bindings: along, length, liveOf: null })
      const quiet = along.filter((binding) => silenced.has(binding))
      const live = quiet.length === 0 ? null : lists.number({ bindings: quiet, length, liveOf: kept })
      return { kept, live }
    })
    return [[name, listed] as const]
  })
  return { axes: Object.fromEntries(axes), lists: (keep, live) => lists.under(keep, live) }
}

/** What a list is made of. */
interface ListRule {
  /** What decides about the entries of an axis. */
  readonly bindings: readonly AxisBinding[]
  /** How many entries the axis has. */
  readonly length: number
  /** Number of the list of kept entries for which it tells which are live; null for a list of kept entries. */
  readonly liveOf: number | null
}

/** Distinct lists: those that follow the same filters are one. */
class Lists {
  private readonly rules: ListRule[] = []
  private readonly numbers = new Map<string, number>()

  number(rule: ListRule): number {
    const text = JSON.stringify([rule.bindings.map(({ filters }) => [...filters]), rule.length, rule.liveOf])
    const known = this.numbers.get(text)
    if (known !== undefined) return known
    this.numbers.set(text, this.rules.length)
    return this.rules.push(rule) - 1
  }

  under(keep: Uint8Array, live: Uint8Array): readonly Int32Array[] {
    const lists: Int32Array[] = []
    for (const { bindings, length, liveOf } of this.rules) {
      const surviving = (mask: Uint8Array) =>
        survivingAlong(bindings, length, mask) ?? new Uint8Array(length).fill(1)
      if (liveOf === null) lists.push(indicesOf(surviving(keep)))
      else {
        const speaking = surviving(live)
        lists.push((lists[liveOf] as Int32Array).map((entry) => speaking[entry] as number))
      }
    }
    return lists
  }
}
