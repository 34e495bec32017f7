import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { UnitFacts, UnitKind, UnitSettings } from '../plan/index.ts'
import {
  batchNorm,
  constant,
  conv2d,
  defineCriterion,
  defineModel,
  defineSearch,
  dense,
  filterAxes,
  globalAveragePool,
  sequential,
  sgd,
  structureOf,
} from '../plugin/index.ts'
import { depthwise } from '../preflight/layers.fixture.ts'
import { initialised, replaced, run as forward, trained } from '../plugin/network.fixture.ts'
import { registerRandomMask } from '../runtime/eager/random-mask.ts'
import { createOnnxRuntime } from '../runtime/index.ts'
import { firstImages, Trainer } from '../training/index.ts'
import type { Artifact } from '../values/artifact.ts'
import type { Examples } from '../values/dataset.ts'
import { float32, uint8, type NamedTensors } from '../values/host-tensor.ts'
import type { Json } from '../values/json.ts'
import { stream } from '../values/random.ts'
import { runUnit, type Given } from './run-unit.fixture.ts'
import { FILTERS, tinyCnn, tinyImages } from './tiny-cnn.fixture.ts'

const runtime = await createOnnxRuntime({ device: 'cpu', threads: 1 })
beforeAll(async () => {
  // What is counted independently is computed by tfjs' reference backend.
  await tf.setBackend('cpu')
  registerRandomMask('cpu')
})
afterAll(() => runtime.dispose())

const structure = structureOf(tinyCnn)
const training = {
  optimizer: sgd({ learningRate: 0.05, momentum: 0.9, weightDecay: 1e-4 }),
  schedule: constant(),
  batchSize: 8,
  epochs: 2,
  validation: 0,
  testEveryEpoch: false,
}
// Trained a little, so that what it says depends on the image, also without some filters.
const network = await (async () => {
  const params = trained(initialised(tinyCnn, 1), 2)
  const trainer = new Trainer({
    ...{ runtime, model: tinyCnn, dataset: tinyImages, seed: 1, params },
    settings: training,
  })
  await trainer.trainTo(60, () => undefined)
  return trainer.params
})()
const weights: Artifact = { facts: {}, tensors: network }
const [first, second] = FILTERS
const total = first + second

function run<K extends UnitKind>(
  kind: K,
  settings: UnitSettings[K],
  given: Omit<Given, 'runtime'> = {},
): Promise<{ facts: UnitFacts[K]; tensors: NamedTensors }> {
  const artifact = runUnit(kind, settings, { runtime, model: tinyCnn, dataset: tinyImages, ...given })
  return artifact as unknown as Promise<{ facts: UnitFacts[K]; tensors: NamedTensors }>
}

const byFilter = { options: {}, granularity: 'filter' } as const
const values = (tensors: NamedTensors, name: string): number[] => [...(tensors[name]?.data ?? [])]
const asArtifact = ({ facts, tensors }: { facts: object; tensors: NamedTensors }): Artifact => ({
  facts: facts as Record<string, Json>,
  tensors,
})

/** The mask artifact of a flat filter mask. */
function maskOf(mask: ArrayLike<number>): Artifact {
  const bits = Uint8Array.from(mask)
  const layers = [
    { name: 'first', mask: bits.slice(0, first) },
    { name: 'second', mask: bits.slice(first) },
  ].map((layer) => ({ ...layer, kept: layer.mask.reduce((sum, bit) => sum + bit, 0) }))
  const facts = {
    requested: 0.5,
    kept: bits.reduce((sum, bit) => sum + bit, 0),
    total,
    layers: layers.map(({ name, kept, mask: { length } }) => ({ name, kept, total: length })),
    emptyLayers: layers.filter(({ kept }) => kept === 0).map(({ name }) => name),
    collapsed: layers.some(({ kept }) => kept === 0),
  }
  return {
    facts,
    tensors: Object.fromEntries(layers.map(({ name, mask: one }) => [name, uint8([one.length], one)])),
  }
}

const half = maskOf(Array.from({ length: total }, (_, i) => (i % 3 === 0 ? 1 : 0)))
const noSecond = maskOf(Array.from({ length: total }, (_, i) => (i < first ? 1 : 0)))

/** Right answers of a network, by definition. */
function countRight(tensors: NamedTensors, { count, images, labels }: Examples): number {
  const { mean, std } = tinyImages
  const pixels = Float32Array.from(
    images,
    (byte, i) => (byte / 255 - (mean[i % 2] as number)) / (std[i % 2] as number),
  )
  const output = [...forward(tinyCnn, tensors, float32([count, ...tinyImages.shape], pixels)).output.data]
  return Array.from({ length: count }, (_, image) => output.slice(3 * image, 3 * image + 3)).filter(
    (row, image) => row.indexOf(Math.max(...row)) === labels[image],
  ).length
}

/** The network in full size with zeros for all that makes or reads a pruned filter's channel. */
function silenced(mask: ArrayLike<number>): NamedTensors {
  let tensors = network
  for (let filter = 0; filter < mask.length; filter++)
    for (const role of ['output', 'input'] as const)
      if (mask[filter] === 0) tensors = replaced(tensors, structure, role, filter, () => 0)
  return tensors
}

test('a score for each weight becomes the mean over each filter’s weights', async () => {
  const criterion = defineCriterion({
    summary: 'Magnitude.',
    needs: ['weights'],
    score: (signals) => signals.weights.map((w) => tf.abs(w)),
  })
  const { facts, tensors } = await run(
    'scores',
    { needs: ['weights'], ...byFilter },
    { criterion, inputs: { weights } },
  )
  expect(facts.layers).toEqual(['first', 'second'])
  for (const [layer, filters] of [
    ['first', first],
    ['second', second],
  ] as const) {
    const all = values(network, `${layer}/weight`)
    const means = Array.from({ length: filters }, (_, f) => {
      const own = all.filter((_, i) => i % filters === f)
      return own.reduce((sum, w) => sum + Math.abs(w), 0) / own.length
    })
    expect(tensors[layer]?.shape).toEqual([filters])
    values(tensors, layer).forEach((score, f) => expect(score).toBeCloseTo(means[f] as number, 6))
  }
})

test('a score for each filter is used as it is; neurons are the filters of fully connected layers', async () => {
  const criterion = defineCriterion({
    summary: 'The sum of each filter.',
    needs: ['weights'],
    score: (signals) => signals.weights.map((w) => tf.sum(w, filterAxes(w))),
  })
  const settings = { needs: ['weights'], ...byFilter } as const
  const { tensors } = await run('scores', settings, { criterion, inputs: { weights } })
  const own = values(network, 'second/weight')
  const sums = Array.from({ length: second }, (_, f) =>
    own.filter((_, i) => i % second === f).reduce((sum, w) => sum + w, 0),
  )
  values(tensors, 'second').forEach((score, f) => expect(score).toBeCloseTo(sums[f] as number, 4))

  // The other model: dense z [3, 4] makes neurons, dense a [2, 3] the classes.
  const dense = {
    'z/weight': float32([3, 4], [1, 2, 3, 4, 0, 0, 0, -1, 5, 5, 5, 5]),
    'a/weight': float32([2, 3], [1, 2, 3, 4, 5, 6]),
  }
  const neurons = await runUnit('scores', settings, {
    ...{ runtime, criterion },
    inputs: { weights: { facts: {}, tensors: dense } },
  })
  expect(neurons).toEqual({ facts: { layers: ['z'] }, tensors: { z: float32([3], [10, -1, 20]) } })
})

test('noise is drawn for each filter, for itself and anew for each seed', async () => {
  const criterion = defineCriterion({
    summary: 'Noise.',
    needs: ['noise'],
    score: ({ noise }) => noise.map((n) => tf.clone(n)),
  })
  const draw = (seed: number) => run('scores', { needs: ['noise'], ...byFilter }, { criterion, seed })
  const [one, again, other] = [await draw(1), await draw(1), await draw(2)]
  expect(one).toEqual(again)
  expect([one.tensors.first?.shape, one.tensors.second?.shape]).toEqual([[first], [second]])
  const all = [one, other].flatMap(({ tensors }) => [
    ...values(tensors, 'first'),
    ...values(tensors, 'second'),
  ])
  expect(new Set(all).size).toBe(2 * total)
  expect(all.every((n) => n >= 0 && n < 1)).toBe(true)
})

test('a score that is neither for weights nor for filters is refused with both shapes', async () => {
  const criterion = defineCriterion({
    summary: 'Sums the wrong axes.',
    needs: ['weights'],
    score: (signals) => signals.weights.map((w) => tf.sum(w, [0, 1, 3])),
  })
  const scores = run('scores', { needs: ['weights'], ...byFilter }, { criterion, inputs: { weights } })
  await expect(scores).rejects.toThrow(/first\/weight has shape \[2\], not \[3, 3, 2, 10\] or \[10\]/)
})

test('scales are those of the batch-norm that a convolution’s filters go through', async () => {
  const criterion = defineCriterion({
    summary: 'Scales now, less a tenth of those after training.',
    needs: ['scales', 'trainedScales'],
    score: ({ scales, trainedScales }) => scales.zip(trainedScales, (s, t) => tf.sub(s, tf.mul(t, 0.1))),
  })
  const later: Artifact = { facts: {}, tensors: trained(network, 7) }
  const settings = { needs: ['scales', 'trainedScales'], ...byFilter } as const
  const given = { criterion, inputs: { weights, trainedWeights: later } }
  const { tensors } = await run('scores', settings, given)
  for (const [layer, norm] of [
    ['first', 'second-norm/scale'],
    ['second', 'first-norm/scale'],
  ] as const) {
    const after = values(later.tensors, norm)
    values(network, norm).forEach((scale, f) =>
      expect(values(tensors, layer)[f]).toBeCloseTo(scale - 0.1 * (after[f] as number), 6),
    )
  }
  await expect(runUnit('scores', settings, { runtime, ...given })).rejects.toThrow(
    /the filters of z .* batch-norm/,
  )
})

test('scores become a mask, and a mask a network without the filters', async () => {
  const scored = (a: readonly number[], b: readonly number[]): Artifact => ({
    facts: { layers: ['first', 'second'] },
    tensors: { first: float32([first], a), second: float32([second], b) },
  })
  const up = (length: number, from: number) => Array.from({ length }, (_, i) => from + i)
  const scores = scored(up(first, 0), up(second, 4))
  const mask = await run('mask', { sparsity: 0.5, scope: 'global' }, { inputs: { scores } })
  // Scores 0 … 9 and 4 … 15: the highest 11 are 15 … 10, twice 9, twice 8, and of two sevens the first layer's.
  expect(mask.facts).toMatchObject({ requested: 0.5, kept: 11, total, collapsed: false })
  expect(mask.facts.layers.map(({ kept }) => kept)).toEqual([3, 8])
  const settings = { sparsity: 0.5, scope: 'layer' } as const
  const perLayer = await run('mask', settings, { inputs: { scores } })
  expect(perLayer.facts.layers.map(({ kept }) => kept)).toEqual([5, 6])

  const inputs = { weights, mask: asArtifact(mask) }
  const { facts, tensors } = await run('prune', {}, { inputs })
  expect(facts).toEqual({ collapsed: false })
  const shapes = Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, shape]))
  expect(shapes).toEqual({
    'first/weight': [3, 3, 2, 3],
    'first/bias': [3],
    'second-norm/scale': [3],
    'second-norm/offset': [3],
    'second/weight': [3, 3, 3, 8],
    'second/bias': [8],
    'first-norm/scale': [8],
    'first-norm/offset': [8],
    'dense/weight': [3, 4 * 8],
    'dense/bias': [3],
    'drop/channels': [3],
    'second-norm/mean': [3],
    'second-norm/variance': [3],
    'first-norm/mean': [8],
    'first-norm/variance': [8],
  })
  expect(values(tensors, 'drop/channels')).toEqual([7, 8, 9])
  expect(values(tensors, 'first-norm/scale')).toEqual(values(network, 'first-norm/scale').slice(4))
  const after = await run('train', { training }, { inputs: { initial: asArtifact({ facts, tensors }) } })
  expect(after.facts.last?.total).toBe(20)
  expect(after.tensors['second/weight']?.shape).toEqual([3, 3, 3, 8])
})

test('a layer without filters ends every unit, and there is no network', async () => {
  const pruned = await run('prune', {}, { inputs: { weights, mask: noSecond } })
  expect(pruned.tensors).toEqual({})
  expect(pruned.facts).toEqual({ collapsed: true })
  const initial = asArtifact(pruned)
  expect(await run('train', { training }, { inputs: { initial } })).toEqual({
    facts: {
      collapsed: true,
      epochs: [],
      firstLosses: [],
      last: null,
      validationSelected: null,
      bestOnTest: null,
    },
    tensors: {},
  })
  const inputs = { initial: weights, weights, mask: noSecond }
  expect((await run('evaluate', { granularity: 'filter' }, { inputs })).facts).toEqual({
    collapsed: true,
    atK: null,
    rewind: null,
  })
  const timed = { batch: 2, machine: 'here', granularity: 'filter' } as const
  const { facts } = await run('benchmark', timed, { inputs: { weights, mask: noSecond } })
  expect([facts.full, facts.masked, facts.deleted]).toEqual([null, null, null])
  expect((await run('analyse', { granularity: 'filter' }, { inputs })).facts.macs).toEqual({
    kept: 16 * 18 * first,
    total: 16 * 18 * first + 4 * 9 * first * second + 12 * second,
  })
})

test('a search sees the accuracies of silenced networks, also where a layer has no filters left', async () => {
  const random = stream(1, 'searched')
  const kept = 8
  const drawn = Array.from({ length: 20 }, () =>
    Uint8Array.from(random.permutation(total), (rank) => (rank < kept ? 1 : 0)),
  )
  const only = (from: number) => new Uint8Array(total).fill(1, from, from + kept)
  const masks = [...drawn, only(0), only(first), only(5)]
  const images = firstImages(tinyImages.train, 30)
  let seen: readonly number[] = []
  const search = defineSearch({
    summary: 'Tries masks.',
    search: async ({ size, kept: wanted, evaluate }) => {
      expect([size, wanted]).toEqual([total, kept])
      seen = await evaluate(masks)
      return { mask: masks[20] as Uint8Array, trace: { accuracy: seen } }
    },
  })
  const settings = { stream: '1', sparsity: (total - kept) / total, searchSet: 30, ...byFilter }
  const { facts, tensors } = await run('search', settings, { search, inputs: { weights } })
  const expected = masks.map((mask) => (100 * countRight(silenced(mask), images)) / 30)
  expect(new Set(expected).size).toBeGreaterThan(3)
  expect(seen).toEqual(expected)
  expect(facts).toMatchObject({
    evaluated: masks.length,
    accuracy: { total: 30 },
    kept,
    total,
    collapsed: true,
    emptyLayers: ['second'],
    layers: [
      { name: 'first', kept, total: first },
      { name: 'second', kept: 0, total: second },
    ],
  })
  expect((100 * facts.accuracy.correct) / 30).toBe(expected[20])
  expect([...values(tensors, 'first'), ...values(tensors, 'second')]).toEqual([...only(0)])
})

test('pretraining that goes on from an earlier checkpoint gives the artifact of pretraining from scratch', async () => {
  const initial = asArtifact(await run('init', {}))
  // Over the end of an epoch of five batches.
  const after = (iterations: number, resumed?: Artifact) =>
    run('pretrain', { iterations, training }, { inputs: { initial, ...(resumed && { resumed }) } })
  const scratch = await after(8)
  const early = await after(3)
  expect(early.tensors['first/weight']).not.toEqual(scratch.tensors['first/weight'])
  expect(Object.keys(scratch.tensors)).toContain('optimizer/velocity/first/weight')
  const middle = await after(7, asArtifact(early))
  for (const resumed of [early, middle]) expect(await after(8, asArtifact(resumed))).toEqual(scratch)
})

test('full, silenced and pruned networks are timed', async () => {
  const settings = { batch: 4, machine: 'here', granularity: 'filter' } as const
  const { facts, tensors } = await run('benchmark', settings, { inputs: { weights, mask: half } })
  expect([facts.batch, tensors]).toEqual([4, {}])
  for (const times of [facts.full, facts.masked, facts.deleted]) {
    expect(times?.medianMs).toBeGreaterThan(0)
    expect(times?.p25Ms).toBeLessThanOrEqual(times?.medianMs ?? NaN)
    expect(times?.p75Ms).toBeGreaterThanOrEqual(times?.medianMs ?? NaN)
    expect(times?.samples).toBeGreaterThan(1)
  }
  const control = await run('benchmark', { batch: 4, machine: 'here' }, { inputs: { weights } })
  expect([control.facts.masked, control.facts.deleted]).toEqual([null, null])
})

test('newly drawn weights are other than the initial ones, and the same when drawn again', async () => {
  const [initial, fresh] = [await run('init', {}), await run('init', { draw: 'fresh' })]
  expect(await run('init', { draw: 'fresh' })).toEqual(fresh)
  for (const name of ['first/weight', 'first/bias', 'second/weight', 'dense/weight']) {
    const both = [...values(initial.tensors, name), ...values(fresh.tensors, name)]
    expect(new Set(both).size).toBe(both.length)
  }
  expect(fresh.tensors['drop/channels']).toEqual(initial.tensors['drop/channels'])
})

test('analyse prices what is left by the closed form, and evaluate counts its right answers', async () => {
  const [a, b] = [4, 4]
  const inputs = { initial: weights, mask: half }
  const { facts } = await run('analyse', { granularity: 'filter' }, { inputs })
  const cost = (conv1: number, conv2: number) => ({
    parameters: 18 * conv1 + 9 * conv1 * conv2 + 3 * (conv1 + conv2) + 12 * conv2 + 3,
    stored: 18 * conv1 + 9 * conv1 * conv2 + 5 * (conv1 + conv2) + 12 * conv2 + 3,
    macs: 16 * 18 * conv1 + 4 * 9 * conv1 * conv2 + 12 * conv2,
    operations: 16 * 18 * conv1 + 4 * 9 * conv1 * conv2 + 12 * conv2 + 2 * (16 * conv1 + 4 * conv2) + 3,
  })
  const [left, full] = [cost(a, b), cost(first, second)]
  const of = (name: keyof typeof left) => ({ kept: left[name], total: full[name] })
  expect(facts).toEqual({
    orthogonality: null,
    effective: { kept: a + b, total: first + second },
    ...{ parameters: of('parameters'), stored: of('stored'), macs: of('macs') },
    operations: of('operations'),
    compressionRatio: of('parameters').total / of('parameters').kept,
    theoreticalSpeedup: of('macs').total / of('macs').kept,
  })
  const evaluated = await run('evaluate', { granularity: 'filter' }, { inputs: { ...inputs, weights } })
  const right = {
    correct: countRight(
      silenced(values(half.tensors, 'first').concat(values(half.tensors, 'second'))),
      tinyImages.test,
    ),
    total: 20,
  }
  expect(evaluated.facts).toEqual({ collapsed: false, atK: right, rewind: right })
})

test('costs lack a weight of which no layer tells what it costs: they are not told, and the weight is', async () => {
  const model = (told: boolean) =>
    defineModel({
      summary: 'Separable.',
      input: [8, 8, 1],
      classes: 4,
      ...sequential(
        conv2d('a', 1, 8, { padding: 'same' }),
        depthwise('dw', 8, told),
        batchNorm('norm', 8),
        conv2d('pw', 8, 12, { kernel: 1 }),
        globalAveragePool(),
        dense('head', 12, 4, { maskable: false }),
      ),
    })
  const costs = async (told: boolean) => {
    const initial = { facts: {}, tensors: initialised(model(told), 1) }
    return (await run('analyse', {}, { model: model(told), inputs: { initial } })).facts
  }
  const told = await costs(true)
  // 64 pixels: 8 filters of 9 weights, 9 weights for each channel, 12 filters of 8 channels; a dense layer.
  expect(told.macs?.total).toBe(64 * 8 * 9 + 64 * 9 * 8 + 64 * 12 * 8 + 48)
  expect(told).not.toHaveProperty('untold')
  const untold = await costs(false)
  expect(untold).toMatchObject({
    macs: null,
    operations: null,
    theoreticalSpeedup: null,
    untold: ['dw/weight'],
  })
  expect(untold.parameters).toEqual(told.parameters)
})
