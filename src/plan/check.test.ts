import { describe, expect, test } from 'vitest'
import { adadelta, constant, type SuiteSettings } from '../plugin/index.ts'
import { digest } from '../values/digest.ts'
import { Problem } from '../values/problem.ts'
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

/** The problem of a suite; undefined where all fits together. */
function problemOf(work: () => void): Problem | undefined {
  try {
    work()
    return undefined
  } catch (error) {
    return error instanceof Problem ? error : expect.fail(String(error))
  }
}

const search = { ...used('search'), kind: 'search' as const }
const gradients = { ...used('snip'), needs: ['gradients' as const] }
/** 100 images, 20 of them held out: 80 to train on in batches of 8, one epoch. */
const trained = (changes: Partial<SuiteSettings['training']>) => ({
  training: { ...settings.training, ...changes },
})

describe('the last value that fits, and the first that does not', () => {
  const unsearched = [gradients]
  test.each<[string, Partial<SuiteSettings>, Partial<SuiteSettings>, string, PlannedCriterion[]?]>([
    [
      'iterations',
      { k: [10] },
      { k: [11] },
      'k is 11 iterations, but a whole training has 10 iterations (1 epoch)',
    ],
    [
      'iterations of several epochs, the last batch of each not full',
      { k: [22], ...trained({ epochs: 2, validation: 15 }) },
      { k: [23], ...trained({ epochs: 2, validation: 15 }) },
      'k is 23 iterations, but a whole training has 22 iterations (2 epochs)',
    ],
    [
      'epochs',
      { k: [1], kUnit: 'epochs' },
      { k: [2], kUnit: 'epochs' },
      'k is 2 epochs, but a whole training has 1 epoch',
    ],
    [
      'epochs of several',
      { k: [3], kUnit: 'epochs', ...trained({ epochs: 3 }) },
      { k: [4], kUnit: 'epochs', ...trained({ epochs: 3 }) },
      'k is 4 epochs, but a whole training has 3 epochs',
    ],
    [
      'a search set',
      { searchSet: 80 },
      { searchSet: 81 },
      'searchSet is 81, but dots leaves 80 images for training',
    ],
    [
      'a scoring batch',
      { scoringBatch: 80 },
      { scoringBatch: 81 },
      'scoringBatch is 81, but dots leaves 80 images for training',
    ],
    [
      'images of Jacobians',
      { jacobian: { images: 80 } },
      { jacobian: { images: 81 } },
      'jacobian.images is 81, but dots leaves 80 images for training',
    ],
    [
      'held-out images',
      trained({ validation: 97 }),
      trained({ validation: 100 }),
      'training.validation is 100, but only 100 training images of dots are used',
      [used('a')],
    ],
    // A part of the data has each of the three classes.
    [
      'images to train on',
      trained({ validation: 97 }),
      trained({ validation: 98 }),
      'the number of training images is 2, fewer than the 3 classes of dots',
      [used('a')],
    ],
    [
      'held-out images of each class',
      trained({ validation: 3 }),
      trained({ validation: 2 }),
      'training.validation is 2, fewer than the 3 classes of dots',
    ],
    [
      'no held-out images',
      trained({ validation: 0 }),
      trained({ validation: 1 }),
      'training.validation is 1, fewer than',
    ],
    [
      'a search set of each class',
      { searchSet: 3 },
      { searchSet: 2 },
      'searchSet is 2, fewer than the 3 classes of dots',
    ],
    [
      'a search set, where there is no search',
      { searchSet: 2 },
      { scoringBatch: 81 },
      'scoringBatch is 81',
      unsearched,
    ],
  ])('%s', (_, fits, fails, message, criteria = [search, gradients]) => {
    const problem = (changes: Partial<SuiteSettings>) =>
      problemOf(() => {
        checkFit({ ...settings, ...changes }, model, criteria, description, data)
      })
    expect(problem(fits)).toBeUndefined()
    expect(problem(fails)?.kind).toBe('usage')
    expect(problem(fails)?.message).toContain(message)
    expect(problem(fails)?.hint).toBeTruthy()
  })

  test('test images of each class', () => {
    const withTest = (test: number) =>
      problemOf(() => {
        checkFit(settings, model, [], description, { ...data, test })
      })
    expect(withTest(3)).toBeUndefined()
    expect(withTest(2)?.message).toBe('the number of test images is 2, fewer than the 3 classes of dots')
  })
})

test('searches may have sets of their own: the smallest has all classes, the largest fits, and all images always do', () => {
  const problem = (...searchSets: readonly (number | 'all' | undefined)[]) =>
    problemOf(() => {
      const criteria = searchSets.map((searchSet, i) => ({ ...search, label: `search ${i}`, searchSet }))
      checkFit({ ...settings, searchSet: 50 }, model, criteria, description, data)
    })?.message
  expect(problem('all')).toBeUndefined()
  expect(problem(undefined, 'all', 80, 3)).toBeUndefined()
  expect(problem(undefined, 81)).toMatch(/^searchSet is 81, but/)
  expect(problem('all', 81)).toMatch(/^searchSet is 81, but/)
  expect(problem(80, 2)).toMatch(/^searchSet is 2, fewer/)
  // What is asked of all images is asked of those that are left.
  const few = { ...settings, ...trained({ validation: 97 }), searchSet: 1000 }
  const all = [{ ...search, searchSet: 'all' as const }]
  expect(
    problemOf(() => {
      checkFit(few, model, all, description, data)
    }),
  ).toBeUndefined()
})

test('a k of a criterion alone must fit, too', () => {
  const late = [{ ...used('late'), k: [11] }]
  expect(
    problemOf(() => {
      checkFit(settings, model, late, description, data)
    })?.message,
  ).toMatch(/^k is 11/)
})

test('a figure of merit of searches needs one; one chosen by validation needs held-out images', () => {
  const by = (merit: SuiteSettings['merit'], ...criteria: PlannedCriterion[]) =>
    problemOf(() => {
      checkFit({ ...settings, merit }, model, criteria, description, data)
    })?.message
  for (const merit of ['search', 'validation'] as const) {
    expect(by(merit, used('a'), search)).toBeUndefined()
    expect(by(merit, used('a'))).toMatch(new RegExp(`^merit is ${merit}, which only searches have`))
  }
  for (const merit of ['last', 'atK', 'rewind', 'validationSelected'] as const)
    expect(by(merit, used('a'))).toBeUndefined()
})

test('scales are of filters: a criterion that reads them cannot prune single weights', () => {
  for (const need of ['scales', 'trainedScales'] as const) {
    const reader = [used('a'), { ...used('slim'), needs: ['noise' as const, need] }]
    const problem = problemOf(() => {
      checkMatrix(settings, reader)
    })
    expect(problem?.message).toMatch(/^slim reads batch-norm scales, one for each filter/)
    expect(problem?.hint).toContain("granularity: 'filter'")
    expect(
      problemOf(() => {
        checkMatrix({ ...settings, granularity: 'filter' }, reader)
      }),
    ).toBeUndefined()
  }
})

test('the criterion that has a repair is named, whatever stands before it', () => {
  const repaired = [used('a'), { ...used('mended'), repair: { iterations: 1, learningRate: 0.1 } }]
  const filters = { ...settings, granularity: 'filter' as const }
  expect(
    problemOf(() => {
      checkMatrix(filters, repaired)
    })?.message,
  ).toMatch(/^mended has a repair/)
  expect(
    problemOf(() => {
      checkMatrix(settings, repaired)
    }),
  ).toBeUndefined()
  expect(
    problemOf(() => {
      checkMatrix(filters, [used('a')])
    }),
  ).toBeUndefined()
  const bias = { name: 'conv/bias', shape: [2], maskable: false, init: () => new Float32Array(2) }
  const given = { ...model, parameters: [...model.parameters, bias] }
  expect(
    problemOf(() => {
      checkFit(settings, given, repaired, description, data)
    }),
  ).toBeUndefined()
  const convolutional = {
    ...model,
    parameters: [{ ...bias, name: 'conv/weight', shape: [3, 3, 1, 2], maskable: true }],
  }
  expect(
    problemOf(() => {
      checkFit(settings, convolutional, repaired, description, data)
    })?.message,
  ).toMatch(/^mended has/)
})

test('repeats in what a criterion has of its own are refused', () => {
  const with_ = (changes: Partial<PlannedCriterion>, more: Partial<SuiteSettings> = {}) =>
    problemOf(() => {
      checkMatrix({ ...settings, ...more }, [{ ...search, ...changes }])
    })?.message
  expect(with_({ searchSeeds: [1, 2, 1] })).toBe('the searchSeeds of search has 1 twice')
  expect(with_({}, { searchSeeds: [3, 3] })).toBe('searchSeeds has 3 twice')
  expect(with_({}, { sparsities: [0.5, 0.5] })).toBe(
    'sparsities has 0.5 twice (they are compared to 10 digits)',
  )
  expect(with_({}, { k: [0, 0] })).toBe('k has 0 twice')
  expect(with_({ k: [0, 5], searchSeeds: [1, 2] }, { searchSeeds: [1, 2] })).toBeUndefined()
})

test('a long label is shown by its first 40 characters', () => {
  const shown = (length: number) =>
    problemOf(() => {
      checkMatrix(settings, [used(`${'x'.repeat(length - 1)}\n`)])
    })?.message
  expect(shown(40)).toMatch(/^the label "x{39}\\n" has a control character/)
  expect(shown(41)).toMatch(/^the label "x{40}"… has a control character/)
})
