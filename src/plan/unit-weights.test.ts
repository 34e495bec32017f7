import { expect, test } from 'vitest'
import { criterion, planOf, sa, settings } from './plan.fixture.ts'
import type { Plan, UnitKind } from './types.ts'

/** Multiply-adds of one forward pass of one image. */
const pass = 1000
const repair = { iterations: 7, learningRate: 0.1 }
/** 900 images to train on in batches of 64: 15 iterations an epoch, two epochs. */
const training = { ...settings.training, testEveryEpoch: true }

const all = [
  criterion('grads', { needs: ['weights', 'gradients'] }),
  criterion('mended', { needs: ['noise'], repair }),
  sa,
]
const changes = {
  training,
  k: [1, 5],
  seeds: [1],
  sparsities: [0.9],
  jacobian: { images: 4 },
  latencyBatch: 2,
}
const weights = planOf(all, changes, { pass })
const filters = planOf(
  [criterion('grads', { needs: ['weights', 'gradients'] }), sa],
  { ...changes, granularity: 'filter', kUnit: 'epochs', k: [1] },
  { pass },
)

const labelled = (plan: Plan, label: string) =>
  [...plan.units.values()].find((unit) => unit.label === label) ?? expect.fail(`no unit ${label}`)

// A training is three passes of each image, an evaluation two; see each unit in planned-units.ts.
test.each<[string, number]>([
  ['initial weights, seed 1', pass],
  ['train 1 iteration, seed 1', 3 * 64 * pass],
  ['train 5 iterations, seed 1', 3 * 5 * 64 * pass],
  ['train unpruned, seed 1', 2 * (3 * 1000 + 100 + 200) * pass],
  ['train grads s=90% k=1 seed=1', 2 * (3 * 1000 + 100 + 200) * pass],
  ['gradients, k=5, seed 1', 3 * 64 * pass],
  ['scores of grads, k=5, seed 1', 100 * pass],
  ['scores of mended, seed 1', 100 * pass],
  ['mask of grads s=90% k=5 seed=1', 10 * pass],
  // A fully connected network is evaluated in an eighth of the time.
  ['search for sa s=90% k=5 seed=1', (100 * 500 * pass) / 8],
  ['evaluate grads s=90% k=5 seed=1', 2 * 200 * pass],
  ['analyse grads s=90% k=5 seed=1', 1000 * pass],
  ['Jacobian of grads s=90% k=5 seed=1', 30 * 4 * pass],
  ['repair mended s=90% k=1 seed=1', 7 * 300 * pass],
  ['time unpruned s=0% k=0 seed=1', 1000 * pass],
])('%s weighs %d', (label, weight) => {
  expect(labelled(weights, label).weight).toBeCloseTo(weight, 6)
})

test.each<[string, number]>([
  ['train 1 epoch, seed 1', 3 * 15 * 64 * pass],
  ['delete filters of grads s=90% k=1 seed=1', pass],
  // A tenth of the filters: a hundredth of the multiply-adds.
  ['train grads s=90% k=1 seed=1', (2 * (3 * 1000 + 100 + 200) * pass) / 100],
  ['search for sa s=90% k=1 seed=1', (100 * 500 * pass) / 100],
  ['evaluate grads s=90% k=1 seed=1', (2 * 200 * pass) / 100],
  ['Jacobian of grads s=90% k=1 seed=1', (30 * 4 * pass) / 100],
  ['analyse grads s=90% k=1 seed=1', 10 * pass],
  ['evaluate unpruned s=0% k=0 seed=1', 2 * 200 * pass],
  ['Jacobian of unpruned s=0% k=0 seed=1', 30 * 4 * pass],
])('of a network whose filters are deleted: %s weighs %d', (label, weight) => {
  expect(labelled(filters, label).weight).toBeCloseTo(weight, 6)
})

test('without a test in every epoch, a training weighs less by that', () => {
  const plan = planOf(all, { ...changes, training: settings.training }, { pass })
  expect(labelled(plan, 'train unpruned, seed 1').weight).toBe(2 * (3 * 1000 + 100) * pass)
})

test('a search weighs its budget, 1,000 masks where its options have none', () => {
  const plan = planOf([{ ...sa, options: {} }], changes, { pass })
  expect(labelled(plan, 'search for sa s=90% k=1 seed=1').weight).toBe((1000 * 500 * pass) / 8)
})

test('times alone are taken with nothing beside them', () => {
  for (const plan of [weights, filters])
    for (const unit of plan.units.values())
      expect(unit.alone === true, unit.label).toBe(unit.kind === 'benchmark')
})

test('the full network is trained from checkpoint to checkpoint, in the order of k', () => {
  const plan = planOf(
    [
      criterion('late', { needs: ['weights'], k: [10, 2] }),
      criterion('soon', { needs: ['weights'], k: [9] }),
    ],
    {
      seeds: [1],
      sparsities: [0.9],
    },
  )
  const at = (k: number) => labelled(plan, `train ${k} iterations, seed 1`)
  expect([at(2).resumes, at(9).resumes, at(10).resumes]).toEqual([undefined, at(2).key, at(9).key])
})

test('only units that read a mask are told that it is one of filters', () => {
  const documents = (kind: UnitKind) =>
    [...filters.units.values()]
      .filter((unit) => unit.kind === kind)
      .map(({ label, document }) => ({
        full: label.includes('unpruned'),
        byFilter: 'granularity' in (document.settings as object),
        masked: 'mask' in document.inputs,
      }))
  for (const kind of ['evaluate', 'jacobian'] as const) {
    expect(documents(kind).some(({ full }) => full)).toBe(true)
    for (const { full, byFilter, masked } of documents(kind))
      expect({ byFilter, masked }).toEqual({ byFilter: !full, masked: !full })
  }
  expect(
    documents('benchmark').every(({ full, byFilter, masked }) => byFilter === masked && (masked || full)),
  ).toBe(true)
})

test('scores are labelled by what they read: k where signals are of the weights there, the seed where anything is', () => {
  const labels = (needs: Parameters<typeof criterion>[1]) =>
    [...planOf([criterion('c', needs)], changes).units.values()]
      .filter(({ kind }) => kind === 'scores')
      .map(({ label }) => label)
  expect(labels({ needs: ['weights', 'noise'] })).toEqual([
    'scores of c, k=1, seed 1',
    'scores of c, k=5, seed 1',
  ])
  expect(labels({ needs: ['initialWeights'] })).toEqual(['scores of c, seed 1'])
  expect(labels({ needs: [] })).toEqual(['scores of c'])
})
