import { structureOf, type Granularity, type Model, type SignalName } from '../plugin/index.ts'
import { normScales, outputAxis } from '../pruning/index.ts'
import { maskableNames } from '../training/index.ts'
import type { Artifact } from '../values/artifact.ts'
import { float32, sizeOf, type HostTensor, type NamedTensors, type Shape } from '../values/host-tensor.ts'
import { stream } from '../values/random.ts'

/** What a criterion is shown: one tensor for each signal and each parameter it scores. */
export interface ScoreSignals {
  /** The parameters it scores, in the model's order. */
  readonly names: readonly string[]
  /** What a parameter's scores may be shaped like: the parameter, or one number for each filter where filters are pruned. */
  readonly shapesOf: (parameter: string) => readonly Shape[]
  readonly signals: Readonly<Partial<Record<SignalName, NamedTensors>>>
}

export interface SignalSources {
  readonly model: Model
  readonly granularity: Granularity
  readonly needs: readonly SignalName[]
  /** Of whom noise is drawn, and from which seed. */
  readonly criterion: string
  readonly seed: number
  readonly input: (role: string) => Promise<Artifact>
}

/** Collects the signals a criterion declares: for single weights, or for the filters that weights make up. */
export async function scoreSignals(sources: SignalSources): Promise<ScoreSignals> {
  const { model, granularity, needs, input } = sources
  const shapes = new Map(model.parameters.map((p) => [p.name, p.shape]))
  const shapeOf = (parameter: string) => shapes.get(parameter) ?? []
  const makers = granularity === 'filter' ? filterMakers(model) : undefined
  const names = maskableNames(model).filter((name) => makers?.has(name) ?? true)

  const signals: Partial<Record<SignalName, NamedTensors>> = {}
  for (const need of needs) {
    if (need === 'noise') {
      const groups = makers ?? new Map(names.map((name) => [name, { group: name, shape: shapeOf(name) }]))
      signals.noise = each(names, (name) => {
        const { group, shape } = groups.get(name) as FilterMaker
        return noise(sources, group, shape)
      })
    } else if (need === 'scales' || need === 'trainedScales') {
      const { tensors } = await input(need === 'scales' ? 'weights' : 'trainedWeights')
      const scales = normScales(structureOf(model))
      signals[need] = each(names, (name) => tensors[scales.get(name) ?? ''])
    } else {
      const { tensors } = await input(need)
      signals[need] = each(names, (name) => tensors[name])
    }
  }
  const shapesOf = (parameter: string) => {
    const filters = makers?.get(parameter)
    return [shapeOf(parameter), ...(filters ? [filters.shape] : [])]
  }
  return { names, shapesOf, signals }
}

/** A parameter whose outputs are filters. */
interface FilterMaker {
  readonly group: string
  /** One number for each filter. */
  readonly shape: Shape
}

function filterMakers(model: Model): ReadonlyMap<string, FilterMaker> {
  const structure = structureOf(model)
  return new Map(
    structure.groups.flatMap(({ name, producers }) =>
      producers.map((producer) => {
        const shape = [outputAxis(structure, producer).filters.length]
        return [producer, { group: name, shape }] as const
      }),
    ),
  )
}

function each(names: readonly string[], tensorOf: (name: string) => HostTensor | undefined): NamedTensors {
  return Object.fromEntries(
    names.map((name) => {
      const tensor = tensorOf(name)
      if (!tensor) throw new Error(`no signal for ${name}`)
      return [name, tensor]
    }),
  )
}

/** Parameters that make the same filters are shown the same noise: the mean of several draws would not be uniform. */
function noise({ seed, criterion }: SignalSources, group: string, shape: Shape): HostTensor {
  const random = stream(seed, `noise/${criterion}/${group}`)
  return float32(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, () => random.uniform()),
  )
}
