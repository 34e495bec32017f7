import { expect, test } from 'vitest'
import { adadelta, constant, type SuiteSettings } from '../plugin/index.ts'
import { digest } from '../values/digest.ts'
import type { PlannedCriterion } from './build.ts'
import { checkFit, checkMatrix, checkPrecision } from './check.ts'

const settings: SuiteSettings = {
  model: 'small',
  data: ['dots'],
  criteria: [],
  granularity: 'weight',
  kUnit: 'iterations',
  latencyBatch: null,
  jacobian: null,
  merit: 'last',
  assertions: [],
  sparsities: [0.5],
  k: [0],
  seeds: [1],
  training: {
    optimizer: adadelta(),
    schedule: constant(),
    batchSize: 8,
    epochs: 1,
    validation: 20,
    testEveryEpoch: false,
  },
  scoringBatch: 10,
  searchSet: 50,
  split: 'stratified',
  control: true,
}
const description = {
  name: 'dots',
  shape: [4, 4, 1] as const,
  classes: 3,
  mean: [0],
  std: [1],
  size: { train: 100, test: 10 },
}
const data = { name: 'dots', digest: digest('dots'), train: 100, test: 10 }
const model = {
  input: [4, 4, 1] as const,
  classes: 3,
  parameters: [{ name: 'fc/weight', shape: [3, 16], maskable: true, init: () => new Float32Array(48) }],
}
test('a figure of merit that no cell would have is refused', () => {
  const by = (merit: SuiteSettings['merit']) => ({ ...settings, merit })
  const none = { ...by('validationSelected'), training: { ...settings.training, validation: 0 } }
  expect(() => checkFit(none, model, [used('a')], description, data)).toThrow(/training.validation is 0/)
  expect(() => checkFit(by('search'), model, [used('a')], description, data)).toThrow(/no search/)
  const searching = [{ ...used('sa'), kind: 'search' as const }]
  expect(() => checkFit(by('search'), model, searching, description, data)).not.toThrow()
  expect(() => checkFit(by('validationSelected'), model, [used('a')], description, data)).not.toThrow()
})

test('what cannot be repaired is refused with its name', () => {
  const repair = { iterations: 10, learningRate: 0.1 }
  const repaired = [{ ...used('snip'), repair }]
  const conv = { name: 'conv/weight', shape: [3, 3, 1, 2], maskable: true, init: () => new Float32Array(18) }
  expect(() => checkFit(settings, model, repaired, description, data)).not.toThrow()
  expect(() => checkFit(settings, { ...model, parameters: [conv] }, repaired, description, data)).toThrow(
    /snip has a repair, but conv\/weight of the model/,
  )
  expect(() => checkMatrix({ ...settings, granularity: 'filter' }, repaired)).toThrow(
    /snip has a repair, but the suite prunes filters/,
  )
})

test('a precision that the engine does not compute in is refused with its name', () => {
  const gpu = { runtime: 'onnx', version: '1', device: 'gpu', threads: 1 }
  const engines = [gpu, { ...gpu, device: 'cpu' }, { ...gpu, runtime: 'tensorflow' }]
  for (const engine of engines) expect(() => checkPrecision([used('sa')], engine)).not.toThrow()
  const half = [used('snip'), { ...used('sa'), precision: 'float16' as const }]
  expect(() => checkPrecision(half, gpu)).not.toThrow()
  expect(() => checkPrecision(half, { ...gpu, device: 'cpu' })).toThrow(
    /sa evaluates masks in float16, which the onnx runtime does not on the cpu/,
  )
  expect(() => checkPrecision(half, { ...gpu, runtime: 'tensorflow' })).toThrow(
    /the tensorflow runtime does not on the gpu/,
  )
})

/** A search, and a criterion that reads gradients. */
const demanding = [
  { ...used('search'), kind: 'search' as const },
  { ...used('snip'), needs: ['gradients' as const] },
]

test('what fits passes', () => {
  expect(() => checkFit(settings, model, [], description, data)).not.toThrow()
})

test.each([
  [
    'an image size',
    { ...model, input: [28, 28, 1] as const },
    settings,
    /takes images of 28×28×1, but dots has 4×4×1/,
  ],
  ['a number of classes', { ...model, classes: 10 }, settings, /tells 10 classes apart, but dots has 3/],
  [
    'a k',
    model,
    { ...settings, k: [0, 11] },
    /k is 11 iterations, but a whole training has 10 iterations \(1 epoch\)/,
  ],
  ['a search set', model, { ...settings, searchSet: 81 }, /searchSet is 81, but dots leaves 80/],
  ['images for Jacobians', model, { ...settings, jacobian: { images: 81 } }, /jacobian.images is 81/],
  ['a scoring batch', model, { ...settings, scoringBatch: 81 }, /scoringBatch is 81/],
  [
    'a validation split',
    model,
    { ...settings, training: { ...settings.training, validation: 100 } },
    /validation is 100/,
  ],
])('%s that does not fit is refused with both numbers', (_, given, changed, message) => {
  expect(() => checkFit(changed, given, demanding, description, data)).toThrow(message)
})

function used(label: string): PlannedCriterion {
  return {
    label,
    plugin: { name: label, digest: digest(label) },
    kind: 'criterion',
    needs: [],
    scope: 'global',
    options: {},
    k: undefined,
    searchSeeds: undefined,
    searchSet: undefined,
    precision: 'float32',
    reinitialise: false,
    repair: null,
  }
}

test('what only searches and gradients need is asked of them alone', () => {
  expect(() =>
    checkFit({ ...settings, searchSet: 1000, scoringBatch: 1000 }, model, [used('a')], description, data),
  ).not.toThrow()
})

test('cells must have names of their own', () => {
  expect(() => checkMatrix(settings, [used('a'), used('b')])).not.toThrow()
  expect(() => checkMatrix(settings, [used('a'), used('a')])).toThrow(/criteria has a twice/)
  expect(() => checkMatrix(settings, [used('unpruned')])).toThrow(/name of the control/)
  expect(() => checkMatrix(settings, [])).toThrow(/criteria is empty/)
  expect(() => checkMatrix(settings, [{ ...used('a'), k: [5, 5] }])).toThrow(/k of a has 5 twice/)
  expect(() => checkMatrix({ ...settings, seeds: [1, 2, 1] }, [used('a')])).toThrow(/seeds has 1 twice/)
  expect(() => checkMatrix({ ...settings, sparsities: [0.5, 0.5] }, [used('a')])).toThrow(
    /sparsities has 0.5 twice/,
  )
})

test.each([
  ['x'.repeat(101), /the label "x{40}"… has 101 characters; at most 100 fit/],
  ['a\u001b[31mb', /the label "ab" has a control character/],
  ['a\nb', /has a control character/],
  ['half \ud83d', /half a character/],
])('a label that no table or file can show is refused at planning: %j', (label, message) => {
  expect(() => checkMatrix(settings, [used(label)])).toThrow(message)
})

test('labels of one file on systems that do not tell cases apart are refused', () => {
  expect(() => checkMatrix(settings, [used('SA'), used('b'), used('sa')])).toThrow(
    /SA and sa, which differ in case only/,
  )
  expect(() => checkMatrix(settings, [used('a & b'), used('p<0.5'), used('x'.repeat(100))])).not.toThrow()
})
