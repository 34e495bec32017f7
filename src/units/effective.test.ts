import { afterAll, expect, test } from 'vitest'
import resnet20 from '../../models/resnet-20.ts'
import type { UnitFacts } from '../plan/index.ts'
import {
  conv2d,
  constant,
  defineModel,
  flatten,
  globalAveragePool,
  dense,
  logSoftmax,
  relu,
  residual,
  sequential,
  sgd,
  type Layer,
  type Model,
} from '../plugin/index.ts'
import { depthwise } from '../preflight/layers.fixture.ts'
import { initialised } from '../plugin/network.fixture.ts'
import { createOnnxRuntime } from '../runtime/index.ts'
import type { Artifact } from '../values/artifact.ts'
import { float32, sizeOf, uint8, type NamedTensors } from '../values/host-tensor.ts'
import type { Json } from '../values/json.ts'
import { effectiveOf } from './effective.ts'
import { runUnit } from './run-unit.fixture.ts'
import { tinyImages } from './tiny-cnn.fixture.ts'

const runtime = await createOnnxRuntime({ device: 'cpu', threads: 1 })
afterAll(() => runtime.dispose())

const training = {
  optimizer: sgd({ learningRate: 0.1, momentum: 0.9, weightDecay: 1e-4 }),
  schedule: constant(),
  batchSize: 8,
  epochs: 2,
  validation: 0,
  testEveryEpoch: false,
}

/** Stem of four filters, a block of two convolutions that a shortcut leads past; filters of the first are inside. */
const shortcut = defineModel({
  summary: 'A block with a shortcut.',
  input: tinyImages.shape,
  classes: 3,
  ...sequential(
    conv2d('stem', 2, 4, { padding: 'same' }),
    relu(),
    residual(
      sequential(
        conv2d('inner', 4, 5, { padding: 'same' }),
        relu(),
        conv2d('outer', 5, 4, { padding: 'same' }),
      ),
    ),
    flatten(),
    dense('dense', 4 * 4 * 4, 3, { maskable: false }),
    logSoftmax(),
  ),
})

const asArtifact = ({ facts, tensors }: { facts: object; tensors: NamedTensors }): Artifact => ({
  facts: facts as Record<string, Json>,
  tensors,
})

/** The mask that keeps what scores 1. */
async function maskOf(model: Model, wanted: NamedTensors, granularity?: 'filter') {
  const bits = Object.values(wanted).flatMap(({ data }) => [...data])
  const scores: NamedTensors = Object.fromEntries(
    Object.entries(wanted).map(([name, { shape, data }]) => [name, float32(shape, Float32Array.from(data))]),
  )
  const mask = await runUnit(
    'mask',
    {
      sparsity: bits.filter((bit) => bit === 0).length / bits.length,
      scope: 'global',
      ...(granularity && { granularity }),
    },
    {
      runtime,
      model,
      inputs: { scores: { facts: { layers: Object.keys(wanted) }, tensors: scores } },
    },
  )
  return mask as Artifact & { facts: UnitFacts['mask'] }
}

const chain = { 'z/weight': [3, 4], 'a/weight': [2, 3] } as const
const fullyConnected = (z: readonly number[], a: readonly number[]) => ({
  'z/weight': uint8(chain['z/weight'], Uint8Array.from(z)),
  'a/weight': uint8(chain['a/weight'], Uint8Array.from(a)),
})

test('a network without a path has collapsed, though each of its layers keeps something: it is not trained', async () => {
  const { model } = await import('./run-unit.fixture.ts')
  // The first hidden neuron is fed, the second is read.
  const severed = await maskOf(
    model,
    fullyConnected([1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0], [0, 1, 0, 0, 1, 0]),
  )
  expect(severed.facts).toMatchObject({ kept: 6, collapsed: true, emptyLayers: [] })
  const joined = await maskOf(model, fullyConnected([1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0], [1, 1, 0, 0, 0, 0]))
  expect(joined.facts).toMatchObject({ kept: 6, collapsed: false, emptyLayers: [] })
  const initial = asArtifact({ facts: {}, tensors: initialised(model, 1) })
  const train = await runUnit('train', { training }, { runtime, inputs: { initial, mask: severed } })
  expect(train).toMatchObject({ facts: { collapsed: true, last: null }, tensors: {} })
})

test('a layer that keeps nothing has not collapsed a network whose shortcuts lead past it', async () => {
  const { parameters } = resnet20
  const without = (names: readonly string[]) =>
    Object.fromEntries(
      parameters
        .filter(({ maskable }) => maskable)
        .map(({ name, shape }) => [
          name,
          uint8(shape, new Uint8Array(sizeOf(shape)).fill(names.includes(name) ? 0 : 1)),
        ]),
    )
  const inside = await maskOf(resnet20, without(['conv5/weight', 'conv8/weight']))
  expect(inside.facts).toMatchObject({ collapsed: false, emptyLayers: ['conv5/weight', 'conv8/weight'] })
  const first = await maskOf(resnet20, without(['conv1/weight']))
  expect(first.facts).toMatchObject({ collapsed: true, emptyLayers: ['conv1/weight'] })
  // 99.9 % at random, each layer alike: what is left of the first layer goes through shortcuts alone.
  const sparse = Object.fromEntries(
    Object.entries(without([])).map(([name, { shape, data }]) => [
      name,
      uint8(
        shape,
        Uint8Array.from(data, (_, i) => (i % 1000 === 0 ? 1 : 0)),
      ),
    ]),
  )
  expect(effectiveOf(resnet20, sparse)?.kept).toBeGreaterThan(0)
})

test('where the model does not tell its structure, a layer that keeps nothing is the end', async () => {
  const { model } = await import('./run-unit.fixture.ts')
  const untold: Model = { ...model }
  Reflect.deleteProperty(untold, 'wire')
  const empty = fullyConnected(Array<number>(12).fill(1), Array<number>(6).fill(0))
  const mask = await maskOf(untold, empty)
  expect(mask.facts).toMatchObject({ collapsed: true, emptyLayers: ['a/weight'] })
})

test('a block without filters beside a shortcut is deleted but for a silent one, and trains as if masked', async () => {
  const mask = await maskOf(
    shortcut,
    { 'stem+1': uint8([4], Uint8Array.from([1, 0, 1, 1])), inner: uint8([5], new Uint8Array(5)) },
    'filter',
  )
  expect(mask.facts).toMatchObject({ collapsed: false, emptyLayers: ['inner'], kept: 3, total: 9 })
  const weights = asArtifact({ facts: {}, tensors: initialised(shortcut, 1) })
  const given = { runtime, model: shortcut, dataset: tinyImages }
  const pruned = await runUnit('prune', {}, { ...given, inputs: { weights, mask } })
  expect(pruned.facts).toEqual({ collapsed: false })
  expect(pruned.tensors['inner/weight']?.shape).toEqual([3, 3, 3, 1])
  const trained = await runUnit('train', { training }, { ...given, inputs: { initial: pruned } })
  expect(trained.facts).toMatchObject({ collapsed: false, last: { total: 20 } })
  for (const name of ['inner/weight', 'inner/bias', 'outer/weight'])
    expect([...(trained.tensors[name]?.data ?? [])].every((weight) => weight === 0)).toBe(true)
  expect([...(trained.tensors['stem/weight']?.data ?? [])]).not.toEqual([
    ...(pruned.tensors['stem/weight']?.data ?? []),
  ])
  const settings = { granularity: 'filter' } as const
  const { facts } = await runUnit('analyse', settings, { ...given, inputs: { initial: weights, mask } })
  // Without the silent filter: 3 × 3 × 2 × 3 + 3, 3 biases of the second convolution, 48 × 3 + 3.
  expect(facts).toMatchObject({ parameters: { kept: 54 + 3 + 3 + 147 }, effective: { kept: 3, total: 9 } })
})

/** Two filters, one each for their channels, and what reads them; its layers tell what they cost, or do not. */
const separable = (told: boolean): Model =>
  defineModel({
    summary: 'Separable.',
    input: [4, 4, 1],
    classes: 2,
    ...sequential(
      silentOn(conv2d('a', 1, 2, { padding: 'same' }), told),
      relu(),
      depthwise('dw', 2, told),
      conv2d('pw', 2, 3, { kernel: 1, bias: false }),
      globalAveragePool(),
      dense('head', 3, 2, { maskable: false }),
    ),
  })

/** A layer that tells no costs, unless it is to. */
const silentOn = (layer: Layer, told: boolean): Layer =>
  told
    ? layer
    : {
        ...layer,
        wire: (wiring, x) =>
          layer.wire(
            {
              channels: (count) => wiring.channels(count),
              unite: (a, b) => wiring.unite(a, b),
              bind: (...all) => wiring.bind(...all),
              operation: () => undefined,
            },
            x,
          ),
      }

test.each([true, false])('paths lead through filters of single channels, costs told: %s', (told) => {
  const model = separable(told)
  const mask = (a: readonly number[]) => ({
    'a/weight': uint8(
      [3, 3, 1, 2],
      Uint8Array.from({ length: 18 }, (_, i) => a[i % 2] as number),
    ),
    'pw/weight': uint8([1, 1, 2, 3], new Uint8Array(6).fill(1)),
  })
  expect(effectiveOf(model, mask([1, 1]))).toEqual({ kept: 24, total: 24 })
  // The first channel carries nothing: what reads it is on no path.
  expect(effectiveOf(model, mask([0, 1]))).toEqual({ kept: 9 + 3, total: 24 })
  expect(effectiveOf(model, mask([0, 0]))).toEqual({ kept: 0, total: 24 })
})
