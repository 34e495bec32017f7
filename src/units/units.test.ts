import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { UnitKind, UnitSettings } from '../plan/index.ts'
import { defineCriterion, defineSearch } from '../plugin/index.ts'
import { createEagerRuntime, type Runtime } from '../runtime/index.ts'
import type { Artifact } from '../values/artifact.ts'
import { float32, type NamedTensors } from '../values/host-tensor.ts'
import { runUnit, type Given } from './run-unit.fixture.ts'

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
  expect(facts).toMatchObject({ requested: 0.5, kept: 9, total: 18, collapsed: ['a/weight'] })
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
    { sparsity: 0.5, searchSet: 10, options: {} },
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
  await run('search', { sparsity: 0.5, searchSet: 40, options: {} }, { search, inputs: { weights: initial } })
  expect(new Set(both[0]).size).toBeGreaterThan(1)
  expect(both[1]).toEqual(both[0])
})

test('a search that breaks the count of its mask is refused with the counts', async () => {
  const search = defineSearch({
    summary: 'Keeps all.',
    search: ({ size }) => Promise.resolve({ mask: new Uint8Array(size).fill(1), trace: {} }),
  })
  await expect(
    run('search', { sparsity: 0.5, searchSet: 10, options: {} }, { search, inputs: { weights: initial } }),
  ).rejects.toThrow(/18 entries with 18 ones/)
  const settings = { sparsity: 0.5, searchSet: 10, options: {} }
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
  const mask = artifact({}, { collapsed: ['a/weight'] })
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
    collapsed: ['a/weight'],
    last: null,
    epochs: [],
  })
  expect((await run('evaluate', {}, { inputs: { initial, weights: initial, mask } })).facts).toEqual({
    collapsed: ['a/weight'],
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
