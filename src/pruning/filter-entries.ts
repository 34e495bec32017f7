import type { Shape } from '../values/host-tensor.ts'
import type { AxisBinding, NetworkStructure } from '../values/network-structure.ts'
import { boundAxes, indicesOf, silencedAxes, survivingAlong } from './surviving-entries.ts'

/** An axis along which filters are deleted: which lists of `EntryLists` tell what is kept of it, and what of that is silent. */
export interface ListedAxis {
  /** Number of the list in `kept`. */
  readonly kept: number
  /** Number of the list in `live`; null where nothing along the axis is silenced. */
  readonly live: number | null
}

/** What two filter masks leave of axes that follow filters. */
export interface EntryLists {
  /** Entries that are not deleted, in their order. */
  readonly kept: readonly Int32Array[]
  /** For each entry of a list of `kept`, 1 where it computes something and 0 where it must be silent. */
  readonly live: readonly Float32Array[]
}

/** `compactFilters` as lists of entries: each is there once, however many axes follow the same filters. */
export interface FilterEntries {
  /** For each axis of a tensor that loses entries, its lists; null for the others. Absent where no axis does. */
  readonly axes: Readonly<Record<string, readonly (ListedAxis | null)[]>>
  /** The lists under two filter masks, `live` being no more than `keep`. */
  readonly of: (keep: Uint8Array, live: Uint8Array) => EntryLists
}

/** How a network's tensors lose what follows filters. `parameters` as in `Compaction`. */
export function filterEntries(
  tensors: Readonly<Record<string, { readonly shape: Shape }>>,
  structure: NetworkStructure,
  parameters: ReadonlySet<string>,
): FilterEntries {
  const kept = new Lists()
  const live = new Lists<{ readonly of: number }>()
  const bound = boundAxes(structure, new Uint8Array(structure.filters))
  const axes = Object.entries(tensors).flatMap(([name, { shape }]) => {
    const bindings = bound.get(name)
    if (bindings === undefined) return []
    const silenced = silencedAxes(bindings, parameters.has(name))
    const listed = shape.map((length, axis): ListedAxis | null => {
      const along = { bindings: bindings.filter((b) => b.axis === axis), length }
      if (along.bindings.length === 0) return null
      const list = kept.number(along, {})
      const quiet = silenced.filter((b) => b.axis === axis)
      return {
        kept: list,
        live: quiet.length === 0 ? null : live.number({ bindings: quiet, length }, { of: list }),
      }
    })
    return [[name, listed] as const]
  })
  return {
    axes: Object.fromEntries(axes),
    of: (keepMask, liveMask) => {
      const keeping = kept.all.map((list) => indicesOf(surviving(list, keepMask)))
      return {
        kept: keeping,
        live: live.all.map((list) => {
          const living = surviving(list, liveMask)
          return Float32Array.from(keeping[list.of] ?? [], (entry) => living[entry] as number)
        }),
      }
    },
  }
}

/** What decides about the entries along an axis. */
interface Along {
  readonly bindings: readonly AxisBinding[]
  readonly length: number
}

/** Distinct lists of entries: those that follow the same filters are one. */
class Lists<More extends object = object> {
  readonly all: (Along & More)[] = []
  private readonly numbers = new Map<string, number>()

  number(along: Along, more: More): number {
    const text = JSON.stringify([along.bindings.map(({ filters }) => [...filters]), along.length, more])
    const known = this.numbers.get(text)
    if (known !== undefined) return known
    this.numbers.set(text, this.all.length)
    this.all.push({ ...along, ...more })
    return this.all.length - 1
  }
}

function surviving({ bindings, length }: Along, mask: Uint8Array): Uint8Array {
  return survivingAlong(bindings, length, mask) ?? new Uint8Array(length).fill(1)
}
