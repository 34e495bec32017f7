import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { UnitFacts, UnitKind, UnitSettings } from '../plan/index.ts'
import { adadelta, constant, defineCriterion, defineSearch } from '../plugin/index.ts'
import { createEagerRuntime, type Runtime } from '../runtime/index.ts'
import type { Artifact } from '../values/artifact.ts'
import { float32, uint8, type NamedTensors } from '../values/host-tensor.ts'
import type { TrainingSettings } from '../values/training-settings.ts'
import { dataset, runUnit, type Given } from './run-unit.fixture.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await createEagerRuntime('cpu')
})
afterAll(() => runtime.dispose())

const run = <K extends UnitKind>(kind: K, settings: UnitSettings[K], given: Omit<Given, 'runtime'> = {}) =>
  runUnit(kind, settings, { runtime, ...given })

const artifact = (tensors: NamedTensors, facts = {}): Artifact => ({ facts, tensors })

const initial = artifact({
  'z/weight': float32([3, 4], [1, -2, 3, -4, 5, -6, 7, -8, 9, -10, 11, -12]),
  'a/weight': float32([2, 3], [0.5, -0.5, 1.5, -1.5, 2.5, -2.5]),
})

test('init draws each parameter from a stream of its own, within its bounds', async () => {
  const { tensors, facts } = await run('init', {})
  expect(facts).toEqual({ parameters: 18 })
  expect(Object.keys(tensors)).toEqual(['z/weight', 'a/weight'])
  expect([...(tensors['z/weight']?.data ?? [])].every((w) => Math.abs(w) <= 0.5)).toBe(true)
  expect(await run('init', {})).toEqual(await run('init', {}))
  expect(await run('init', {}, { seed: 2 })).not.toEqual({ tensors, facts })
})

test('scores run a criterion on the signals it declares, with its options', async () => {
  const criterion = defineCriterion({
    summary: 'Scaled magnitude.',
    needs: ['initialWeights'],
    options: { factor: 1 },
    score: ({ initialWeights }, { factor }) => initialWeights.map((w) => tf.mul(tf.abs(w), factor)),
  })
  const { tensors, facts } = await run(
    'scores',
    { needs: ['initialWeights'], options: { factor: 2 } },
    { criterion, inputs: { initialWeights: initial } },
  )
  expect([...(tensors['a/weight']?.data ?? [])]).toEqual([1, 1, 3, 3, 5, 5])
  expect(facts).toEqual({ layers: ['z/weight', 'a/weight'] })
})

test('noise depends on seed and criterion, and is uniform in [0, 1)', async () => {
  const criterion = defineCriterion({
    summary: 'Noise.',
    needs: ['noise'],
    score: ({ noise }) => noise.map((n) => tf.clone(n)),
  })
  const draw = (seed: number) => run('scores', { needs: ['noise'], options: {} }, { criterion, seed })
  const [one, again, two] = [await draw(1), await draw(1), await draw(2)]
  expect(one).toEqual(again)
  expect(one.tensors['z/weight']?.data).not.toEqual(two.tensors['z/weight']?.data)
  expect([...(one.tensors['z/weight']?.data ?? [])].every((n) => n >= 0 && n < 1)).toBe(true)
})

test('a score of the wrong shape, or none, is refused with both shapes', async () => {
  const reduced = defineCriterion({
    summary: 'Reduces.',
    needs: ['initialWeights'],
    score: ({ initialWeights }) => initialWeights.map((w) => tf.sum(w)),
  })
  const given = { inputs: { initialWeights: initial } }
  await expect(
    run('scores', { needs: ['initialWeights'], options: {} }, { ...given, criterion: reduced }),
  ).rejects.toThrow(/z\/weight has shape \[\], not \[3, 4\]/)
  const none = defineCriterion({ summary: 'Forgets.', needs: [], score: () => undefined as never })
  await expect(run('scores', { needs: [], options: {} }, { criterion: none })).rejects.toThrow(
    /not one tensor per layer/,
  )
  const promised = defineCriterion({
    summary: 'Promises.',
    needs: [],
    score: (() => Promise.resolve()) as never,
  })
  await expect(run('scores', { needs: [], options: {} }, { criterion: promised })).rejects.toThrow(
    /is a promise/,
  )
  const greedy = defineCriterion({
    summary: 'Reads what it does not declare.',
    needs: ['initialWeights'],
    score: (signals) => (signals as unknown as { gradients: typeof signals.initialWeights }).gradients,
  })
  await expect(
    run('scores', { needs: ['initialWeights'], options: {} }, { ...given, criterion: greedy }),
  ).rejects.toThrow(/tested reads gradients, which its needs do not name/)
})

test('a mask keeps the highest scores; ties go to the layer that comes first in the model, not in the alphabet', async () => {
  const scores = artifact(
    {
      'a/weight': float32([2, 3], [7, 7, 7, 7, 7, 7]),
      'z/weight': float32([3, 4], new Array<number>(12).fill(7)),
    },
    { layers: ['z/weight', 'a/weight'] },
  )
  const { tensors, facts } = await run('mask', { sparsity: 0.5, scope: 'global' }, { inputs: { scores } })
  expect(facts).toMatchObject({
    requested: 0.5,
    kept: 9,
    total: 18,
    collapsed: true,
    emptyLayers: ['a/weight'],
  })
  expect([...(tensors['z/weight']?.data ?? [])]).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0])
  expect(tensors['z/weight']?.shape).toEqual([3, 4])
})

test('a search sees the accuracy of masked networks on its search set, in %', async () => {
  const seen: number[] = []
  const search = defineSearch({
    summary: 'Tries two masks.',
    search: async ({ size, kept, evaluate }) => {
      const masks = [new Uint8Array(size).fill(1, 0, kept), new Uint8Array(size).fill(1, size - kept)]
      seen.push(...(await evaluate(masks)))
      return { mask: masks[0] as Uint8Array, trace: { accuracy: seen } }
    },
  })
  const { facts, tensors } = await run(
    'search',
    { stream: '1', sparsity: 0.5, searchSet: 10, options: {} },
    { search, inputs: { weights: initial } },
  )
  expect(facts).toMatchObject({
    kept: 9,
    total: 18,
    evaluated: 2,
    accuracy: { total: 10 },
    trace: { accuracy: seen },
  })
  expect((facts.accuracy as { correct: number }).correct * 10).toBe(seen[0])
  expect([...(tensors['z/weight']?.data ?? [])].reduce((a, b) => a + b, 0)).toBe(9)
})

test('a search may ask for several masks at once, in one list or in many', async () => {
  const both: (readonly number[])[] = []
  const search = defineSearch({
    summary: 'Asks twice.',
    search: async ({ size, kept, evaluate }) => {
      const masks = Array.from({ length: 6 }, (_, i) => new Uint8Array(size).fill(1, i, i + kept))
      both.push(await evaluate(masks), (await Promise.all(masks.map((mask) => evaluate([mask])))).flat())
      return { mask: masks[0] as Uint8Array, trace: {} }
    },
  })
  await run(
    'search',
    { stream: '1', sparsity: 0.5, searchSet: 40, options: {} },
    { search, inputs: { weights: initial } },
  )
  expect(new Set(both[0]).size).toBeGreaterThan(1)
  expect(both[1]).toEqual(both[0])
})

test('a search that breaks the count of its mask is refused with the counts', async () => {
  const search = defineSearch({
    summary: 'Keeps all.',
    search: ({ size }) => Promise.resolve({ mask: new Uint8Array(size).fill(1), trace: {} }),
  })
  await expect(
    run(
      'search',
      { stream: '1', sparsity: 0.5, searchSet: 10, options: {} },
      { search, inputs: { weights: initial } },
    ),
  ).rejects.toThrow(/18 entries with 18 ones/)
  const settings = { stream: '1', sparsity: 0.5, searchSet: 10, options: {} }
  const twos = defineSearch({
    summary: 'Has a 2 where a 1 belongs.',
    search: ({ size, kept }) => {
      const mask = new Uint8Array(size).fill(1, 0, kept - 2)
      mask[kept] = 2
      return Promise.resolve({ mask, trace: {} })
    },
  })
  await expect(run('search', settings, { search: twos, inputs: { weights: initial } })).rejects.toThrow(
    /some that are neither 0 nor 1/,
  )
  const mute = defineSearch({
    summary: 'Forgets its trace.',
    search: ({ size, kept }) => Promise.resolve({ mask: new Uint8Array(size).fill(1, 0, kept) } as never),
  })
  await expect(run('search', settings, { search: mute, inputs: { weights: initial } })).rejects.toThrow(
    /gave no trace/,
  )
})

test('a collapsed mask is not trained or evaluated: it is reported with the layer', async () => {
  const mask = artifact({}, { collapsed: true })
  const settings = {
    training: {
      optimizer: { name: 'sgd', learningRate: 0.1, momentum: 0, weightDecay: 0 },
      schedule: { name: 'constant' },
      batchSize: 8,
      epochs: 1,
      validation: 0,
      testEveryEpoch: false,
    },
  } as const
  expect((await run('train', settings, { inputs: { initial, mask } })).facts).toMatchObject({
    collapsed: true,
    last: null,
    epochs: [],
  })
  expect((await run('evaluate', {}, { inputs: { initial, weights: initial, mask } })).facts).toEqual({
    collapsed: true,
    atK: null,
    rewind: null,
  })
})

test('analyse counts what a mask keeps and scores how far the masked layers are from orthogonal', async () => {
  const mask = artifact({
    'z/weight': {
      dtype: 'uint8',
      shape: [3, 4],
      data: Uint8Array.from([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    },
    'a/weight': { dtype: 'uint8', shape: [2, 3], data: Uint8Array.from([0, 0, 0, 0, 0, 0]) },
  })
  const { facts } = await run('analyse', {}, { inputs: { initial, mask } })
  // W of z has a single 1: WᵀW − I (4×4) has three −1 on its diagonal; W of a is 0: WᵀW − I (3×3) has three.
  expect(facts).toMatchObject({
    parameters: { kept: 1, total: 18 },
    macs: { kept: 1, total: 18 },
    orthogonality: { thesis: 3 / 16 + 3 / 9 },
  })
  expect((await run('analyse', {}, { inputs: { initial } })).facts).toMatchObject({
    macs: { kept: 18, total: 18 },
  })
})

test('analyse counts the weights that lead from the input to the output', async () => {
  const mask = artifact({
    'z/weight': uint8([3, 4], Uint8Array.from([1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0])),
    'a/weight': uint8([2, 3], Uint8Array.from([1, 0, 1, 0, 0, 1])),
  })
  // The first of three hidden neurons is fed and read; the second is not read, the third not fed.
  expect((await run('analyse', {}, { inputs: { initial, mask } })).facts).toMatchObject({
    effective: { kept: 2 + 1, total: 18 },
  })
  expect((await run('analyse', {}, { inputs: { initial } })).facts).toMatchObject({
    effective: { kept: 18, total: 18 },
  })
})

const half = artifact(
  {
    'z/weight': uint8([3, 4], Uint8Array.from([1, 0, 1, 0, 0, 1, 0, 1, 1, 1, 0, 0])),
    'a/weight': uint8([2, 3], Uint8Array.from([1, 0, 1, 0, 1, 1])),
  },
  { collapsed: false },
)
const nothing = artifact(half.tensors, { collapsed: true })

test('a repair lowers the score that analyse tells, and masked weights stay zero', async () => {
  const drawn = await run('init', {})
  const settings = { iterations: 300, learningRate: 0.1 }
  const repaired = await run('repair', settings, { inputs: { initial: drawn, mask: half } })
  const scores = await Promise.all(
    [drawn, repaired].map(async (from) => {
      const { facts } = await run('analyse', {}, { inputs: { initial: from, mask: half } })
      return (facts as unknown as UnitFacts['analyse']).orthogonality?.thesis as number
    }),
  )
  expect(repaired.facts).toEqual({ collapsed: false, score: { before: scores[0], after: scores[1] } })
  expect(scores[1]).toBeLessThan(0.9 * (scores[0] as number))
  for (const [name, { data }] of Object.entries(half.tensors))
    data.forEach((bit, i) => {
      if (bit === 0) expect(repaired.tensors[name]?.data[i]).toBe(0)
      else expect(repaired.tensors[name]?.data[i]).not.toBe(drawn.tensors[name]?.data[i])
    })
  expect(await run('repair', settings, { inputs: { initial: drawn, mask: nothing } })).toEqual({
    facts: { collapsed: true, score: null },
    tensors: {},
  })
})

test('the Jacobian of a network whose neurons all fire is the product of its weights', async () => {
  const positive = artifact({
    'z/weight': float32([3, 4], new Float32Array(12).fill(1)),
    'a/weight': float32([2, 3], [1, 2, 3, 4, 5, 6]),
  })
  // White pictures: all pixels are (1 − 0.5) / 0.25 = 2.
  const white = { ...dataset.train, images: new Uint8Array(dataset.train.images.length).fill(255) }
  const given = { dataset: { ...dataset, train: white }, inputs: { initial: positive } }
  const { facts } = await run('jacobian', { images: 2 }, given)
  // Rows are 6 and 15, four times: one singular value is 2 · √(6² + 15²), the other 0; of both images.
  const largest = 2 * Math.sqrt(261)
  const { singularValues } = facts as unknown as UnitFacts['jacobian']
  expect(singularValues?.images).toBe(2)
  expect(singularValues?.max).toBeCloseTo(largest, 4)
  expect(singularValues?.min).toBeCloseTo(0, 4)
  expect(singularValues?.mean).toBeCloseTo(largest / 2, 4)
  expect(singularValues?.sd).toBeCloseTo(largest / 2, 4)
  const collapsed = await run('jacobian', { images: 2 }, { inputs: { initial: positive, mask: nothing } })
  expect(collapsed.facts).toEqual({ collapsed: true, singularValues: null })
})

test('the mask of a search is counted on held-out images, at the weights after k', async () => {
  const inputs = { initial: await run('init', {}), weights: initial, mask: half }
  const { facts } = await run('evaluate', { validation: 10 }, { inputs })
  const { atK, rewind, validation } = facts as unknown as UnitFacts['evaluate']
  expect(validation?.total).toBe(10)
  const last = (all: Uint8Array, each: number) => all.subarray(30 * each)
  const test = { count: 10, images: last(dataset.train.images, 4), labels: last(dataset.train.labels, 1) }
  const asTest = await run('evaluate', {}, { inputs, dataset: { ...dataset, test } })
  expect(asTest.facts).toMatchObject({ atK: validation })
  expect((await run('evaluate', {}, { inputs })).facts).toEqual({ collapsed: false, atK, rewind })
  const collapsed = await run('evaluate', { validation: 10 }, { inputs: { ...inputs, mask: nothing } })
  expect(collapsed.facts).toEqual({ collapsed: true, atK: null, rewind: null, validation: null })
})

test('training keeps the losses of its first iterations, whose mean is that of an epoch', async () => {
  const training = {
    optimizer: adadelta(),
    schedule: constant(),
    batchSize: 8,
    epochs: 2,
    validation: 8,
    testEveryEpoch: false,
  }
  const inputs = { initial: await run('init', {}), mask: half }
  const losses = async (settings: TrainingSettings) =>
    (await run('train', { training: settings }, { inputs })).facts as unknown as UnitFacts['train']
  const { firstLosses, epochs } = await losses(training)
  // 32 images are trained on: four batches an epoch.
  expect(firstLosses).toHaveLength(8)
  const mean = (all: readonly number[]) => all.reduce((sum, x) => sum + x, 0) / all.length
  expect(mean(firstLosses.slice(0, 4))).toBeCloseTo(epochs[0]?.loss as number, 6)
  expect(mean(firstLosses.slice(4))).toBeCloseTo(epochs[1]?.loss as number, 6)
  expect((await losses({ ...training, lossIterations: 5 })).firstLosses).toEqual(firstLosses.slice(0, 5))
  expect((await losses({ ...training, lossIterations: 0 })).firstLosses).toEqual([])
})
