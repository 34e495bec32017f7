import type * as tf from '@tensorflow/tfjs-core'
import type { UnitFacts } from '../plan/index.ts'
import { PerLayer, signalNames, structureOf, type Signals } from '../plugin/index.ts'
import { filterScores, type ParameterScores } from '../pruning/index.ts'
import type { Artifact } from '../values/artifact.ts'
import { float32, type NamedTensors, type TensorSpec } from '../values/host-tensor.ts'
import { Problem } from '../values/problem.ts'
import { asJson } from './inputs.ts'
import { scoreSignals, type ScoreSignals } from './score-signals.ts'
import type { RunUnit } from './types.ts'

type SignalSpecs = Record<string, Record<string, TensorSpec>>

/** Runs a criterion's score on the signals it declares; for filters, makes one score of each out of what it says. */
export const runScores: RunUnit<'scores'> = async (unit, context) => {
  const [runtime, model, criterion] = [
    await context.runtime(),
    await context.model(),
    await context.criterion(),
  ]
  const { settings, plugins, seed } = unit.document
  const { needs, options, granularity = 'weight' } = settings
  const name = plugins.criterion?.name ?? 'criterion'
  const shown = await scoreSignals({
    model,
    granularity,
    needs,
    criterion: name,
    seed: seed ?? 0,
    input: (role) => context.input(role),
  })
  const { names, shapesOf } = shown
  const signals = shown.signals as Record<string, NamedTensors>
  const specs: SignalSpecs = Object.fromEntries(
    Object.entries(signals).map(([need, tensors]) => [
      need,
      Object.fromEntries(
        Object.entries(tensors).map(([parameter, { dtype, shape }]) => [parameter, { dtype, shape }]),
      ),
    ]),
  )
  const program = await runtime.compile<{ signals: SignalSpecs }, Record<string, tf.Tensor>>(
    `criterion ${name}`,
    { signals: specs },
    ({ signals: traced }) => {
      const perLayer = Object.fromEntries(
        needs.map((need) => [
          need,
          new PerLayer(
            names,
            names.map((parameter) => traced[need]?.[parameter] as tf.Tensor),
          ),
        ]),
      )
      const scores = criterion.score(onlyDeclared(name, perLayer), options)
      return Object.fromEntries(
        names.map((parameter) => [parameter, checked(name, parameter, shapesOf(parameter), scores)]),
      )
    },
  )
  try {
    const scores = (await program.run({ signals })) as NamedTensors
    return granularity === 'filter' ? ofFilters(structureOf(model), scores) : ofWeights(shown, scores)
  } finally {
    await program.dispose()
  }
}

function ofWeights({ names }: ScoreSignals, tensors: NamedTensors): Artifact {
  return { facts: asJson({ layers: names } satisfies UnitFacts['scores']), tensors }
}

function ofFilters(structure: ReturnType<typeof structureOf>, tensors: NamedTensors): Artifact {
  const perParameter = Object.entries(tensors).map(([name, { shape, data }]): [string, ParameterScores] => [
    name,
    { shape, values: data as Float32Array },
  ])
  const layers = filterScores(structure, new Map(perParameter))
  return {
    facts: asJson({ layers: layers.map(({ name }) => name) } satisfies UnitFacts['scores']),
    tensors: Object.fromEntries(layers.map(({ name, values }) => [name, float32([values.length], values)])),
  }
}

/** Signals that tell what is missing when a criterion reads one it did not declare. */
function onlyDeclared(criterion: string, signals: Readonly<Record<string, PerLayer<tf.Tensor>>>): Signals {
  return new Proxy(signals, {
    get: (declared, name) => {
      if (typeof name !== 'string' || name in declared) return Reflect.get(declared, name) as unknown
      throw new Problem('usage', `the criterion ${criterion} reads ${name}, which its needs do not name`, {
        hint: signalNames.some((known) => known === name)
          ? `add '${name}' to needs`
          : `the signals are ${signalNames.join(', ')}`,
      })
    },
  }) as unknown as Signals
}

function checked(
  criterion: string,
  parameter: string,
  shapes: readonly (readonly number[])[],
  scores: unknown,
): tf.Tensor {
  if (!(scores instanceof PerLayer)) {
    const promised = typeof (scores as PromiseLike<unknown> | undefined)?.then === 'function'
    const what = promised ? 'is a promise' : 'is not one tensor per layer'
    throw new Problem('usage', `the score of criterion ${criterion} ${what}`, {
      hint: promised
        ? 'score must not be async: it is traced, not run'
        : 'return what `map` or `zip` of a signal gives: score: ({ weights }) => weights.map((w) => tf.abs(w))',
    })
  }
  const score: unknown = scores.values[scores.names.indexOf(parameter)]
  const found = (score as tf.Tensor | undefined)?.shape
  if (found === undefined || !shapes.some((shape) => shape.join() === found.join())) {
    const expected = shapes.map((shape) => `[${shape.join(', ')}]`).join(' or ')
    throw new Problem(
      'usage',
      `the score of criterion ${criterion} for ${parameter} has shape [${found?.join(', ') ?? 'none'}], not ${expected}`,
      {
        hint:
          shapes.length > 1
            ? 'a score has one number for each weight, or one for each filter'
            : "a score has one number for each weight: do not reduce over axes (a score of filters needs granularity: 'filter' in the suite)",
      },
    )
  }
  return score as tf.Tensor
}
