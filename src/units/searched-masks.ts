import {
  structureOf,
  type FlatMask,
  type Granularity,
  type MaskedLayer,
  type Model,
} from '../plugin/index.ts'
import {
  compactFilters,
  filterScores,
  groupMasks,
  inMultiples,
  paddedMask,
  unflattenMask,
  type LayerMask,
} from '../pruning/index.ts'
import { bitMasks, maskableNames, type MaskForm } from '../training/index.ts'
import { float32, sizeOf, type NamedTensors, type Shape } from '../values/host-tensor.ts'
import type { Precision } from '../values/precision.ts'
import type { NetworkStructure } from '../values/network-structure.ts'
import { entryMasks } from './entry-masks.ts'

/** The masks a search looks among, and the networks they leave. */
export interface SearchedMasks {
  readonly granularity: Granularity
  /** Weights or filters a mask decides on. */
  readonly size: number
  /** What a mask is made of, in its order. */
  readonly layers: readonly MaskedLayer[]
  /** [size] magnitudes of weights; of a filter, the mean over its weights. */
  readonly magnitudes: () => Float32Array
  /** Masks of so many ones, in a form for devices that evaluate many at once. */
  readonly form: (kept: number, precision: Precision) => MaskForm
  /** The network under a mask, at the weights the search was given. Valid until the next call. */
  readonly under: (mask: FlatMask) => NamedTensors
  /** The mask layer by layer. */
  readonly layersOf: (mask: FlatMask) => readonly LayerMask[]
  /** What a layer's mask is shaped like. */
  readonly shapeOf: (layer: LayerMask) => Shape
}

/**
 * Shrunken networks of a search have filters in multiples of this: their programs are compiled once for each
 * combination of sizes, and filters that only fill up a multiple are zero.
 */
const MULTIPLE = 8

export const searchedMasks: Readonly<
  Record<Granularity, (model: Model, weights: NamedTensors) => SearchedMasks>
> = {
  weight: (model, weights) => {
    const layers = maskableNames(model).map((name) => ({ name, size: sizeOf(weights[name]?.shape ?? []) }))
    // One buffer per layer, written anew for each mask.
    const masked: NamedTensors = {
      ...weights,
      ...Object.fromEntries(
        layers.map(({ name, size }) => [name, float32(weights[name]?.shape ?? [], new Float32Array(size))]),
      ),
    }
    return {
      granularity: 'weight',
      size: layers.reduce((n, layer) => n + layer.size, 0),
      layers,
      form: (_, precision) => bitMasks(model, weights, precision),
      magnitudes: () =>
        flattened(layers.map(({ name }) => Float32Array.from(weights[name]?.data ?? [], Math.abs))),
      under: (mask) => {
        let at = 0
        for (const { name, size } of layers) {
          const from = weights[name]?.data as Float32Array
          const to = masked[name]?.data as Float32Array
          // A product, not a choice: twice as fast on random masks.
          for (let i = 0; i < size; i++) to[i] = (mask[at + i] as number) * (from[i] as number)
          at += size
        }
        return masked
      },
      layersOf: (mask) => unflattenMask(mask, layers),
      shapeOf: ({ name }) => weights[name]?.shape ?? [],
    }
  },
  filter: (model, weights) => {
    const structure = structureOf(model)
    const parameters = new Set(model.parameters.map(({ name }) => name))
    const room = inMultiples(MULTIPLE)
    return {
      granularity: 'filter',
      size: structure.filters,
      layers: structure.groups.map(({ name, size }) => ({ name, size })),
      form: (kept) => entryMasks(model, weights, structure, kept / structure.filters),
      magnitudes: () => filterMagnitudes(structure, weights),
      under: (mask) =>
        compactFilters(weights, structure, {
          keep: paddedMask(structure, mask, room),
          live: mask,
          parameters,
        }),
      layersOf: (mask) => groupMasks(structure, mask),
      shapeOf: ({ mask }) => [mask.length],
    }
  },
}

function filterMagnitudes(structure: NetworkStructure, weights: NamedTensors): Float32Array {
  const scores = new Map(
    Object.entries(weights).map(([name, { shape, data }]) => [
      name,
      { shape, values: Float32Array.from(data, Math.abs) },
    ]),
  )
  return flattened(filterScores(structure, scores).map(({ values }) => values))
}

function flattened(parts: readonly Float32Array[]): Float32Array {
  const flat = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    flat.set(part, at)
    at += part.length
  }
  return flat
}
