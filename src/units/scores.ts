import type * as tf from '@tensorflow/tfjs-core'
import type { UnitFacts } from '../plan/index.ts'
import { PerLayer, signalNames, type Signals } from '../plugin/index.ts'
import { maskableNames } from '../training/index.ts'
import { float32, sizeOf, type NamedTensors, type TensorSpec } from '../values/host-tensor.ts'
import { Problem } from '../values/problem.ts'
import { stream } from '../values/random.ts'
import { asJson } from './inputs.ts'
import type { RunUnit } from './types.ts'

type SignalSpecs = Record<string, Record<string, TensorSpec>>

/** Runs a criterion's score on the signals it declares. */
export const runScores: RunUnit<'scores'> = async (unit, context) => {
  const [runtime, model, criterion] = [
    await context.runtime(),
    await context.model(),
    await context.criterion(),
  ]
  const { needs, options } = unit.document.settings
  const name = unit.document.plugins.criterion?.name ?? 'criterion'
  const names = maskableNames(model)
  const shapes = new Map(model.parameters.map((p) => [p.name, p.shape]))
  const shapeOf = (parameter: string) => shapes.get(parameter) ?? []

  const signals: Record<string, NamedTensors> = {}
  for (const need of needs) {
    const all =
      need === 'noise'
        ? noise(unit.document.seed ?? 0, name, names, shapeOf)
        : (await context.input(need)).tensors
    signals[need] = Object.fromEntries(
      Object.entries(all).filter(([parameter]) => shapes.has(parameter) && names.includes(parameter)),
    )
  }
  const specs: SignalSpecs = Object.fromEntries(
    needs.map((need) => [
      need,
      Object.fromEntries(
        names.map((parameter) => [parameter, { dtype: 'float32', shape: shapeOf(parameter) }]),
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
        names.map((parameter) => [parameter, checked(name, parameter, shapeOf(parameter), scores)]),
      )
    },
  )
  try {
    const tensors = (await program.run({ signals })) as NamedTensors
    return { facts: asJson({ layers: names } satisfies UnitFacts['scores']), tensors }
  } finally {
    await program.dispose()
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

function checked(criterion: string, parameter: string, shape: readonly number[], scores: unknown): tf.Tensor {
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
  if (found?.join() !== shape.join()) {
    throw new Problem(
      'usage',
      `the score of criterion ${criterion} for ${parameter} has shape [${found?.join(', ') ?? 'none'}], not [${shape.join(', ')}]`,
      { hint: 'a score has one number for each weight: do not reduce over axes' },
    )
  }
  return score as tf.Tensor
}

function noise(
  seed: number,
  criterion: string,
  names: readonly string[],
  shapeOf: (parameter: string) => readonly number[],
): NamedTensors {
  return Object.fromEntries(
    names.map((parameter) => {
      const random = stream(seed, `noise/${criterion}/${parameter}`)
      const shape = shapeOf(parameter)
      return [
        parameter,
        float32(
          shape,
          Float32Array.from({ length: sizeOf(shape) }, () => random.uniform()),
        ),
      ]
    }),
  )
}
