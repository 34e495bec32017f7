import { describe, expect, test } from 'vitest'
import { Problem } from '../values/problem.ts'
import { isDefined } from './define.ts'
import {
  adadelta,
  averagePool,
  batchNorm,
  cells,
  constant,
  conv2d,
  defineModel,
  defineSuite,
  dense,
  dropout,
  flatten,
  maxPool,
  residual,
  sequential,
  sgd,
  subsample,
} from './index.ts'

const suite = {
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

/** What somebody may write in plain JavaScript, or past the type checker. */
type Loosely = (...all: unknown[]) => unknown
const loosely = (call: unknown) => call as Loosely

function problemOf(call: () => unknown): string {
  try {
    call()
  } catch (error) {
    if (error instanceof Problem && error.kind === 'usage') return error.message
    throw error
  }
  throw new Error('it was accepted')
}

describe('arguments of layers', () => {
  test.each<[string, () => unknown]>([
    ["layer averagePool's size is { size: 2 }: ", () => loosely(averagePool)({ size: 2 })],
    ["layer maxPool's settings is 1: must be an object", () => loosely(maxPool)(2, 1)],
    [
      "layer a's settings.strid is 2: there is no such property; did you mean stride?",
      () => loosely(conv2d)('a', 1, 8, { strid: 2 }),
    ],
    [
      "layer a's settings.padding is \"Same\": must be 'valid', 'same'",
      () => loosely(conv2d)('a', 1, 8, { padding: 'Same' }),
    ],
    ["layer a's outputs is missing", () => loosely(conv2d)('a', 1)],
    ["layer a's inputs is NaN", () => dense('a', NaN, 3)],
    ["layer a's outputs is 0: must be at least 1", () => dense('a', 3, 0)],
    [
      "layer a's settings.biased is false: there is no such property; did you mean bias?",
      () => loosely(dense)('a', 3, 3, { biased: false }),
    ],
    [
      "layer n's settings.momentun is 0.9: there is no such property; did you mean momentum?",
      () => loosely(batchNorm)('n', 3, { momentun: 0.9 }),
    ],
    ["layer n's channels is 1.5: must be a whole number", () => batchNorm('n', 1.5)],
    ['layer d\'s channels is "8"', () => loosely(dropout)('d', '8')],
    ["layer s's stride is missing", () => loosely(subsample)('s', 4, 8)],
    [
      "argument of sequential's layers.1 is a function: must be a layer",
      () => loosely(sequential)(flatten(), flatten),
    ],
    ["argument of residual's layers.0 is missing: must be a layer", () => loosely(residual)()],
  ])('the %s', (message, call) => {
    expect(problemOf(call)).toContain(`the ${message}`)
  })
})

describe('settings of suites and models', () => {
  test.each<[string, Record<string, unknown>]>([
    [
      'suite\'s criteria.1.sope is "layer": there is no such property; did you mean scope?',
      { criteria: ['random', { criterion: 'snip', sope: 'layer' }] },
    ],
    ["suite's criteria.0.criterion is missing: must be there", { criteria: [{ scope: 'layer' }] }],
    ["suite's criteria.0.k.0 is NaN", { criteria: [{ criterion: 'snip', k: [NaN] }] }],
    [
      "suite's data.0.sise is 3: there is no such property; did you mean size?",
      { data: [{ name: 'mnist', sise: 3 }] },
    ],
    [
      "suite's sparsitys is [ 0.5 ]: there is no such property; did you mean sparsities?",
      { sparsitys: [0.5] },
    ],
    ["suite's sparsities.0 is NaN", { sparsities: [NaN] }],
    ["suite's sparsities.0 is null", { sparsities: [null] }],
    [
      "suite's training.batchsize is 3: there is no such property; did you mean batchSize?",
      { training: { ...suite.training, batchsize: 3 } },
    ],
    [
      "suite's training.optimizer.learnigRate is 3: there is no such property; did you mean learningRate?",
      { training: { ...suite.training, optimizer: { ...sgd(), learnigRate: 3 } } },
    ],
    [
      "suite's profiles.quick.seed is [ 1 ]: there is no such property; did you mean seeds?",
      { profiles: { quick: { seed: [1] } } },
    ],
  ])('the %s', (message, changes) => {
    expect(problemOf(() => loosely(defineSuite)({ ...suite, ...changes }))).toContain(`the ${message}`)
  })

  test('a model', () => {
    const network = sequential(flatten(), dense('a', 4, 2))
    const model = { summary: 'A model.', input: [2, 2, 1], clases: 2, ...network }
    expect(problemOf(() => loosely(defineModel)({ ...model, classes: 2 }))).toMatch(
      /the model's clases is 2: there is no such property; did you mean classes\?/,
    )
  })

  test.each<[string, () => unknown]>([
    [
      "selector of cells's sparsitie is 0.5: there is no such property; did you mean sparsity?",
      () => loosely(cells)({ sparsitie: 0.5 }),
    ],
    [
      'assertion\'s options.metrc is "last": there is no such property; did you mean metric?',
      () => loosely(cells().reach)(90, { metrc: 'last' }),
    ],
    ['assertion\'s options.metric is "lst"', () => loosely(cells().reach)(90, { metric: 'lst' })],
    [
      'assertion\'s options.when.profil is "quick": there is no such property; did you mean profile?',
      () => loosely(cells().notCollapse)({ when: { profil: 'quick' } }),
    ],
    [
      'assertion\'s target.criterio is "random": there is no such property; did you mean criterion?',
      () => loosely(cells().exceed)({ criterio: 'random' }),
    ],
  ])('the %s', (message, call) => {
    expect(problemOf(call)).toContain(`the ${message}`)
  })
})

test('what a define… function returned is told from what was written or changed by hand', () => {
  const defined = defineSuite(suite)
  expect(isDefined(defined)).toBe(true)
  expect(isDefined({ ...defined })).toBe(false)
})
