import {
  structureOf,
  type FlatMask,
  type Granularity,
  type MaskedLayer,
  type Model,
  type Options,
  type Search,
} from '../plugin/index.ts'
import { prunedCount } from '../pruning/index.ts'
import { sizeOf } from '../values/host-tensor.ts'
import { stream } from '../values/random.ts'
import { asProblem } from './trial.ts'

/** A search as a suite uses it. */
export interface SearchUse {
  readonly search: Search
  /** Its name in the suite. */
  readonly label: string
  readonly options: Options
  readonly sparsities: readonly number[]
}

/**
 * Whether a search begins with the options that a suite gives it: it is run until it first has masks evaluated. Throws a
 * `Problem` that names the search and what it refuses.
 */
export async function checkSearch(
  { search, label, options, sparsities }: SearchUse,
  model: Model,
  granularity: Granularity,
): Promise<void> {
  const layers = layersOf(model, granularity)
  const size = layers.reduce((sum, layer) => sum + layer.size, 0)
  for (const sparsity of sparsities)
    try {
      await new Promise<unknown>((resolve, reject) => {
        const evaluate = (masks: readonly FlatMask[]) => {
          resolve(masks)
          // Nobody waits for a search that was only begun.
          return new Promise<never>(() => undefined)
        }
        const random = stream(0, 'preflight/search')
        const begin = async () =>
          search.search({
            size,
            kept: size - prunedCount(size, sparsity),
            layers,
            get magnitudes() {
              return Float32Array.from({ length: size }, () => random.uniform())
            },
            evaluate,
            atOnce: 1,
            random,
            options,
            progress: () => undefined,
            saved: undefined,
            save: () => undefined,
          })
        begin().then(resolve, reject)
      })
    } catch (error) {
      throw asProblem(`the search ${label} cannot begin at a sparsity of ${sparsity}`, error)
    }
}

/** What masks are made of. */
function layersOf(model: Model, granularity: Granularity): readonly MaskedLayer[] {
  if (granularity === 'filter') return structureOf(model).groups.map(({ name, size }) => ({ name, size }))
  return model.parameters
    .filter(({ maskable }) => maskable)
    .map(({ name, shape }) => ({ name, size: sizeOf(shape) }))
}
