import type { AxisBinding, FilterGroup, NetworkStructure } from '../values/network-structure.ts'
import { Problem } from '../values/problem.ts'
import type { Model } from './model.ts'
import type { ChannelClass } from './structure-channels.ts'
import { layerOf, RecordingWiring } from './structure-wiring.ts'

const structures = new WeakMap<Model, NetworkStructure>()

/**
 * What a model's filters are and what goes with each, derived by walking through its layers once. Throws a `Problem` for
 * a model that does not say how its layers are wired, or whose wiring contradicts its shapes.
 */
export function structureOf(model: Model): NetworkStructure {
  const known = structures.get(model)
  if (known) return known
  const structure = derive(model)
  structures.set(model, structure)
  return structure
}

function derive(model: Model): NetworkStructure {
  const wiring = walk(model)
  const groups = group(filtersOf(model, wiring))
  const numbers = new Map(groups.flatMap(({ filters }) => filters).map((filter, i) => [filter.class, i]))
  const axes = wiring.axes.map(({ tensor, axis, role, channels }): AxisBinding => {
    const filters = Int32Array.from(channels, (channel) => numbers.get(wiring.classes.of(channel)) ?? -1)
    return { tensor, axis, role, filters }
  })
  return {
    groups: groups.map(({ name, filters, producers }) => ({ name, size: filters.length, producers })),
    filters: numbers.size,
    axes: axes.filter(({ filters }) => filters.some((filter) => filter >= 0)),
    operations: wiring.operations,
  }
}

function walk(model: Model): RecordingWiring {
  if (!model.wire)
    throw new Problem('usage', `the model "${model.summary}" does not say how its layers hang together`, {
      hint: 'Build it with sequential(), or give it a wire function beside forward.',
    })
  const [height, width, colours] = model.input
  const wiring = new RecordingWiring(model)
  const image = { height, width, channels: Array.from({ length: colours }, () => null) }
  const { channels } = model.wire(wiring, image)
  if (channels.length !== model.classes)
    throw new Problem('usage', `the model "${model.summary}" ends with ${channels.length} channels`, {
      hint: `Let its last layer have one for each of its ${model.classes} classes.`,
    })
  wiring.unite(
    channels,
    channels.map(() => null),
  )
  const forgotten = wiring.unbound[0]
  if (forgotten !== undefined)
    throw new Problem('usage', `the wiring of the model "${model.summary}" leaves out ${forgotten}`, {
      hint: 'Bind each of its axes that goes with channels; bind null where an axis goes with none.',
    })
  return wiring
}

/** A class of channels that can be deleted. */
interface Filter {
  readonly class: ChannelClass
  /** The maskable parameters that make it, in the model's order. */
  readonly producers: readonly string[]
}

/** The filters in the order of the first parameter that makes them, and of its axis. */
function filtersOf(model: Model, wiring: RecordingWiring): readonly Filter[] {
  const { classes, made } = wiring
  const excluded = new Set([
    classes.fixed,
    ...classes.all.filter((c) => !made.has(c)).map((c) => classes.of(c)),
  ])
  const found = new Map<ChannelClass, string[]>()
  for (const { name } of model.parameters.filter(({ maskable }) => maskable))
    for (const axis of wiring.axes.filter(({ tensor, role }) => tensor === name && role === 'output'))
      for (const channel of axis.channels) {
        const own = classes.of(channel)
        const producers = found.get(own) ?? []
        if (excluded.has(own) || producers.at(-1) === name) continue
        found.set(own, [...producers, name])
      }
  return [...found].map(([own, producers]) => ({ class: own, producers }))
}

interface NamedGroup extends Pick<FilterGroup, 'name' | 'producers'> {
  readonly filters: readonly Filter[]
}

/** Filters that the same parameters make, in the order of their first ones. */
function group(filters: readonly Filter[]): readonly NamedGroup[] {
  const byProducers = new Map<string, Filter[]>()
  for (const filter of filters) {
    const key = filter.producers.join('\n')
    byProducers.set(key, [...(byProducers.get(key) ?? []), filter])
  }
  const taken = new Set<string>()
  return [...byProducers.values()].map((members) => {
    const { producers } = members[0] as Filter
    const name = nameOf(producers, taken)
    taken.add(name)
    return { name, producers, filters: members }
  })
}

/** `conv1`, `conv1+2` where two more add to it; all names where another group is called so already. */
function nameOf(producers: readonly string[], taken: ReadonlySet<string>): string {
  const [first = '', ...others] = producers.map(layerOf)
  const short = others.length > 0 ? `${first}+${others.length}` : first
  return taken.has(short) ? [first, ...others].join('+') : short
}
