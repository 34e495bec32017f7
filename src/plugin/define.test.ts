import type * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import type { DatasetDescription } from '../values/dataset.ts'
import { Problem } from '../values/problem.ts'
import {
  adadelta,
  cells,
  constant,
  defineCriterion,
  defineDataset,
  defineModel,
  defineSearch,
  defineSuite,
  dense,
  flatten,
  PerLayer,
  sequential,
  sgd,
  type CellSelector,
  type SuiteDefinition,
} from './index.ts'

const suite: SuiteDefinition = {
  summary: 'A suite.',
  model: 'net',
  data: ['mnist'],
  criteria: ['random'],
  sparsities: [0.5],
  seeds: [1],
  training: {
    optimizer: adadelta(),
    schedule: constant(),
    batchSize: 64,
    epochs: 1,
    validation: 0,
    testEveryEpoch: false,
  },
}

/** What a suite written in plain JavaScript, or past the type checker, may hold. */
function wrong(changes: Record<string, unknown>): SuiteDefinition {
  return { ...suite, ...changes }
}

test('a suite gets its defaults, and keeps what it states', () => {
  const { settings, profiles } = defineSuite({ ...suite, k: [0, 75], profiles: { fast: { seeds: [1] } } })
  expect(settings).toMatchObject({ k: [0, 75], scoringBatch: 64, searchSet: 2000, control: true, seeds: [1] })
  expect(profiles).toEqual({ fast: { seeds: [1] } })
  expect(defineSuite(suite).exclude({ criterion: 'random', sparsity: 0.5, k: 0, seed: 1 })).toBe(false)
})

test('sparsities that print alike are one number: in settings, in profiles and where assertions choose cells', () => {
  const { settings, profiles } = defineSuite({
    ...suite,
    sparsities: [0.1 + 0.2, 0.1 * 7],
    profiles: { fast: { sparsities: [0.1 * 3] } },
  })
  expect(settings.sparsities).toEqual([0.3, 0.7])
  expect(profiles.fast).toEqual({ sparsities: [0.3] })
  const chosen = (sparsity: NonNullable<CellSelector['sparsity']>) => {
    const { cells: own, claim } = cells({ sparsity }).reach({ sparsity })
    expect(claim).toMatchObject({ target: { sparsity: own.sparsity } })
    return own.sparsity
  }
  expect(chosen(0.1 * 3)).toBe(0.3)
  expect(chosen([0.1 * 3, 0.1 * 6])).toEqual([0.3, 0.6])
  expect(chosen({ from: 0.1 * 3, to: 0.1 * 6 })).toEqual({ from: 0.3, to: 0.6 })
})

test.each([
  0,
  0.1,
  0.2,
  0.5,
  0.7,
  0.8,
  0.9,
  0.953,
  0.95,
  0.985,
  0.98,
  0.99,
  0.995,
  0.9995,
  1 / 4,
  0.123456789,
])('the sparsity %d is what it was', (sparsity) => {
  expect(defineSuite({ ...suite, sparsities: [sparsity] }).settings.sparsities).toEqual([sparsity])
})

test.each([
  ['sparsities.0 is 1: must be in [0, 1)', { sparsities: [1] }],
  [
    'sparsities.0 is 0.99999999999: must be in [0, 1) when rounded to 10 digits',
    { sparsities: [0.99999999999] },
  ],
  ['sparsities.1 is "0.9"', { sparsities: [0.5, '0.9'] }],
  ['seeds.0 is 1.5: must be a whole number', { seeds: [1.5] }],
  ['training.batchSize is 0: must be at least 1', { training: { ...suite.training, batchSize: 0 } }],
  ['training.optimizer.momentum is 1', { training: { ...suite.training, optimizer: sgd({ momentum: 1 }) } }],
  [
    'training.optimizer.name is "adagrad"',
    { training: { ...suite.training, optimizer: { name: 'adagrad' } } },
  ],
  ['merit is "bestOnTest": must be one of last, ', { merit: 'bestOnTest' }],
  ['data is []: must name at least one data set', { data: [] }],
  ['profiles.fast.k.0 is -1: must not be negative', { profiles: { fast: { k: [-1] } } }],
])('a suite with a wrong value is refused with its path: %s', (message, changes) => {
  expect(() => defineSuite(wrong(changes))).toThrow(Problem)
  expect(() => defineSuite(wrong(changes))).toThrow(message)
})

test('a misspelt property is named', () => {
  expect(() => defineSuite(wrong({ sparsitys: [0.5] }))).toThrow(/sparsitys/)
})

test('a criterion reads the signals it declares, and no others', () => {
  defineCriterion({
    summary: 'Reads what it declares.',
    needs: ['weights', 'noise'],
    score: ({ weights, noise }) => weights.zip(noise, (w: tf.Tensor) => w),
  })
  defineCriterion({
    summary: 'Reads what it does not declare.',
    needs: ['weights'],
    // @ts-expect-error -- gradients is not in needs
    score: ({ gradients }) => gradients as PerLayer<tf.Tensor>,
  })
  // @ts-expect-error -- there is no such signal
  expect(() => defineCriterion({ summary: 'Wants too much.', needs: ['hessian'], score: () => 0 })).toThrow(
    /needs\.0 is "hessian"/,
  )
})

test('options have the types of their defaults', () => {
  const criterion = defineCriterion({
    summary: 'Has options.',
    needs: ['weights'],
    options: { power: 2, centred: false, mode: 'sum' },
    score: ({ weights }, { power, centred, mode }) => {
      const types: [number, boolean, string] = [power, centred, mode]
      expect(types).toEqual([2, false, 'sum'])
      return weights
    },
  })
  expect(criterion.options).toEqual({ power: 2, centred: false, mode: 'sum' })
  expect(criterion.scope).toBe('global')
})

test('a search and a model are checked when they are defined', () => {
  // @ts-expect-error -- search is missing
  expect(() => defineSearch({ summary: 'No search.' })).toThrow(/search/)
  const network = sequential(flatten(), dense('a', 4, 2, { bias: false }))
  expect(defineModel({ summary: 'Fine.', input: [2, 2, 1], classes: 2, ...network }).kind).toBe('model')
  expect(() =>
    defineModel({
      summary: 'No masks.',
      input: [2, 2, 1],
      classes: 2,
      ...sequential(dense('a', 4, 2, { maskable: false })),
    }),
  ).toThrow(/at least one maskable/)
  expect(() =>
    defineModel({
      summary: 'Twins.',
      input: [2, 2, 1],
      classes: 2,
      ...sequential(dense('a', 4, 2), dense('a', 2, 2)),
    }),
  ).toThrow(/parameters\.2\.name is "a\/weight": names must differ/)
})

test("a model's buffers are checked like its parameters, and are none by default", () => {
  const fine = { summary: 'Fine.', input: [2, 2, 1] as const, classes: 2 }
  const { parameters, forward } = sequential(flatten(), dense('a', 4, 2))
  expect(defineModel({ ...fine, parameters, forward }).buffers).toEqual([])
  const buffer = (name: string) => ({ name, shape: [2], init: () => new Float32Array(2) })
  expect(defineModel({ ...fine, parameters, forward, buffers: [buffer('b')] }).buffers).toHaveLength(1)
  expect(() => defineModel({ ...fine, parameters, forward, buffers: [buffer('b'), buffer('b')] })).toThrow(
    /buffers\.1\.name is "b": names must differ/,
  )
  expect(() => defineModel({ ...fine, parameters, forward, buffers: [buffer('a/bias')] })).toThrow(
    /buffers\.0\.name is "a\/bias": names must differ/,
  )
  const wrong = { ...fine, parameters, forward, wire: 'all' }
  // @ts-expect-error -- wire is no function
  expect(() => defineModel(wrong)).toThrow(/wire is "all": must be a function/)
})

test.each([
  [
    'mean',
    { mean: [0.4, 0.4, 0.4] },
    /description\.mean is \[ 0\.4, 0\.4, 0\.4 \]: must have one number for each channel/,
  ],
  ['std', { std: [] }, /description\.std is \[\]: must have one number for each channel, and shape has 1/],
  ['std of 0', { std: [0] }, /description\.std\.0 is 0: must be above 0/],
  [
    'mean in bytes',
    { mean: [104] },
    /description\.mean\.0 is 104: must be at most 1: pixels are divided by 255/,
  ],
  ['std in bytes', { std: [63] }, /description\.std\.0 is 63: must be at most 1/],
  ['mean that is no number', { mean: [NaN] }, /description\.mean\.0/],
  ['number of classes', { classes: 300 }, /description\.classes is 300: must be at most 256/],
  ['shape', { shape: [8, 8] }, /description\.shape/],
])('a data set with a wrong %s is refused where it is defined', (_, wrong, message) => {
  const description = {
    name: 'dots',
    shape: [8, 8, 1],
    classes: 4,
    mean: [0.4],
    std: [0.25],
    size: { train: 6, test: 2 },
  }
  const define = (more: object) =>
    defineDataset({
      summary: 'Dots.',
      description: { ...description, ...more } as unknown as DatasetDescription,
      locate: () => Promise.resolve({ status: 'absent', why: 'not here' }),
      load: () => Promise.reject(new Error('not here')),
    })
  expect(define({}).kind).toBe('dataset')
  expect(() => define(wrong)).toThrow(message)
})

test('values of layers are matched by name', () => {
  const a = new PerLayer(['x', 'y'], [1, 2])
  const b = new PerLayer(['y', 'x'], [20, 10])
  expect(a.zip(b, (p, q, layer) => `${layer}:${p + q}`).values).toEqual(['x:11', 'y:22'])
  expect(a.map((v) => v * 2).values).toEqual([2, 4])
  expect(() => a.zip(new PerLayer(['x'], [1]), (p) => p)).toThrow(/no value for layer y among x/)
  expect(() => new PerLayer(['x'], [])).toThrow(RangeError)
})
