import * as tf from '@tensorflow/tfjs-core'
import { afterAll, expect, test } from 'vitest'
import { stackBytes } from '../kernels/index.ts'
import {
  defineModel,
  dense,
  dropout,
  flatten,
  logSoftmax,
  relu,
  sequential,
  type Layer,
  type Model,
} from '../plugin/index.ts'
import { initialised } from '../plugin/network.fixture.ts'
import { createOnnxRuntime } from '../runtime/index.ts'
import type { DatasetDescription, Examples } from '../values/dataset.ts'
import type { NamedTensors } from '../values/host-tensor.ts'
import { stream } from '../values/random.ts'
import { maskEvaluation } from './choose-mask-evaluation.ts'
import { programEvaluation } from './mask-evaluation.ts'
import { searchedMasks } from './searched-masks.ts'
import { stackTask } from './stack-task.ts'

const runtime = await createOnnxRuntime({ device: 'cpu', threads: 1 })
afterAll(() => runtime.dispose())

const count = 500
const classes = 5

/** A model of layers for images of 4 × 3 pixels in two channels, and all that evaluations of its masks need. */
function sourcesOf(layers: readonly Layer[], change: (weights: NamedTensors) => void = () => undefined) {
  const input = [4, 3, 2] as const
  const model = defineModel({ summary: 'Layers.', input, classes, ...sequential(...layers) })
  const dataset: DatasetDescription = {
    name: 'noise',
    shape: input,
    classes,
    mean: [0.4, 0.6],
    std: [0.3, 0.2],
    size: { train: count, test: 0 },
  }
  const random = stream(1, 'noise')
  const images: Examples = {
    count,
    images: Uint8Array.from({ length: count * 24 }, () => random.integer(256)),
    labels: Uint8Array.from({ length: count }, () => random.integer(classes)),
  }
  const weights = initialised(model, 1)
  change(weights)
  const network = searchedMasks.weight(model, weights)
  return {
    runtime,
    model,
    dataset,
    images,
    weights,
    network,
    kept: network.size,
    precision: 'float32' as const,
  }
}
type Sources = ReturnType<typeof sourcesOf>

const taskOf = ({ model, weights, dataset, images }: Sources) => stackTask(model, weights, dataset, images)

async function both(sources: Sources) {
  const { model, dataset, network, images } = sources
  const random = stream(2, 'masks')
  const masks = Array.from({ length: 4 }, () =>
    Uint8Array.from({ length: network.size }, () => random.integer(2)),
  )
  const programs = await programEvaluation(runtime, model, dataset, network, images).correct(masks, [])
  const chosen = await maskEvaluation(sources)
  try {
    return { programs, chosen: await chosen.correct(masks, []) }
  } finally {
    await chosen.close()
  }
}

const first = dense('first', 24, 9)
const rest = [relu(), dense('rest', 9, classes)]

test.each<readonly [string, readonly Layer[]]>([
  ['in a row', [flatten(), first, ...rest]],
  ['after dropout, with log-probabilities', [dropout('drop', 2), flatten(), first, ...rest, logSoftmax()]],
  ['of which one is not pruned', [flatten(), dense('first', 24, 9, { maskable: false }), ...rest]],
  ['alone, without biases', [flatten(), dense('only', 24, classes, { bias: false })]],
])('kernels count as programs do for fully connected layers %s', async (_, layers) => {
  const sources = sourcesOf(layers)
  expect(taskOf(sources)).toBeDefined()
  const { programs, chosen } = await both(sources)
  expect(new Set(programs).size).toBeGreaterThan(1)
  expect(chosen).toEqual(programs)
})

test.each<readonly [string, readonly Layer[]]>([
  ['no ReLU between two layers', [flatten(), first, dense('rest', 9, classes)]],
  ['a ReLU at the end', [flatten(), first, ...rest, relu()]],
  ['a log-softmax in between', [flatten(), first, logSoftmax(), ...rest]],
  ['a layer that runs on each pixel', [dense('pixel', 2, 3), flatten(), relu(), dense('rest', 36, classes)]],
])('programs count where kernels cannot: %s', async (_, layers) => {
  const sources = sourcesOf(layers)
  expect(taskOf(sources)).toBeUndefined()
  const { programs, chosen } = await both(sources)
  expect(chosen).toEqual(programs)
})

test.each([
  ['first/weight', NaN],
  ['first/bias', Infinity],
  ['rest/weight', -Infinity],
])(
  'weights that are not finite are for programs, which refuse outputs that are no numbers: %s',
  async (name, value) => {
    const sources = sourcesOf([flatten(), first, ...rest], (weights) => weights[name]?.data.fill(value, 0, 1))
    expect(taskOf(sources)).toBeUndefined()
    const chosen = await maskEvaluation(sources)
    await expect(chosen.correct([new Uint8Array(sources.network.size)], [])).rejects.toThrow('NaN')
    await chosen.close()
  },
)

test('kernels keep no more images than memory allows', async () => {
  const sources = sourcesOf([flatten(), first, ...rest])
  const task = taskOf(sources)
  const bytes = task ? stackBytes(task, 1) : NaN
  for (const [most, atOnce] of [
    [bytes, 4],
    [bytes - 1, 1],
  ] as const) {
    const evaluation = await maskEvaluation(sources, most)
    expect(evaluation.atOnce).toBe(atOnce)
    await evaluation.close()
  }
})

test('a model that runs something else than its layers is evaluated as it runs', () => {
  const sources = sourcesOf([flatten(), first, ...rest])
  const model: Model = {
    ...sources.model,
    forward: (inputs) => {
      const result = sources.model.forward(inputs)
      return tf.neg('dataId' in result ? result : result.output)
    },
  }
  expect(taskOf(sources)).toBeDefined()
  expect(taskOf({ ...sources, model })).toBeUndefined()
})

test('weights that one whole-number step does not suit are left to programs', () => {
  const sources = sourcesOf([flatten(), first, ...rest])
  for (const [outlier, kept] of [
    [10, true],
    [1e6, false],
  ] as const) {
    const weights = structuredClone(sources.weights)
    const name = sources.model.parameters[0]?.name ?? ''
    if (weights[name]) weights[name].data[3] = outlier
    expect(taskOf({ ...sources, weights }) !== undefined, `${outlier}`).toBe(kept)
  }
})
