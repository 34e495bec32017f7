import { expect, test } from 'vitest'
import type { MaskFacts, UnitFacts } from '../plan/facts.ts'
import type { Digest } from '../values/digest.ts'
import { collectCells, neededUnits, type UnitEnd } from './collect.ts'
import { samplePlan, type SamplePlan } from './sample-plan.ts'
import { tiedShare } from './ties.ts'
import type { CellRecord } from './types.ts'

function collect({ plan, facts, seconds }: SamplePlan, failures = new Map<Digest, UnitEnd>()) {
  return collectCells({ plan, facts: (key) => facts.get(key), seconds: (key) => seconds.get(key), failures })
}

function find(records: readonly CellRecord[], id: string): CellRecord {
  const found = records.find((record) => record.id === id)
  if (found === undefined) throw new Error(`no record ${id}`)
  return found
}

const crash = { kind: 'crash', message: 'it died', signal: 'SIGSEGV' } as const

test('a record holds what the units of its cell found', () => {
  const sample = samplePlan()
  const record = find(collect(sample), 'snip 0.9 k=0 seed 2')
  expect(record).toEqual({
    id: 'snip 0.9 k=0 seed 2',
    point: { criterion: 'snip', sparsity: 0.9, k: 0, seed: 2, control: false },
    status: 'ok',
    sparsity: { requested: 0.9, achieved: 0.9, kept: 100, total: 1000 },
    layers: [{ name: 'fc1/weight', kept: 100, total: 1000 }],
    emptyLayers: [],
    ties: { kept: 0, pruned: 0 },
    accuracy: {
      search: null,
      validation: null,
      atK: { correct: 110, total: 1000 },
      rewind: { correct: 100, total: 1000 },
      last: { correct: 902, total: 1000, epoch: 2 },
      validationSelected: { correct: 890, total: 1000, epoch: 1 },
      bestOnTest: { correct: 902, total: 1000, epoch: 2 },
    },
    curve: [
      { epoch: 1, loss: 0.5, validation: { correct: 90, total: 100 }, test: { correct: 890, total: 1000 } },
      { epoch: 2, loss: 0.25, validation: { correct: 89, total: 100 }, test: { correct: 902, total: 1000 } },
    ],
    orthogonality: { thesis: 0.0132, lee: 20, layers: [{ name: 'fc1/weight', thesis: 0.0132, lee: 20 }] },
    effective: { kept: 99, total: 1000 },
    jacobian: null,
    cost: {
      parameters: { kept: 110, total: 1010 },
      stored: { kept: 112, total: 1012 },
      macs: { kept: 100, total: 1000 },
      operations: { kept: 110, total: 1010 },
      compressionRatio: 1010 / 110,
      theoreticalSpeedup: 10,
    },
    latency: null,
    evaluatedMasks: 0,
    failure: null,
    failedUnit: null,
    missingFigures: [],
    units: {
      init: sample.key('init 2'),
      mask: sample.key('mask snip 0.9 k=0 seed 2'),
      evaluate: sample.key('evaluate snip 0.9 k=0 seed 2'),
      train: sample.key('train snip 0.9 k=0 seed 2'),
      analyse: sample.key('analyse snip 0.9 k=0 seed 2'),
    },
    // init, scores, mask, evaluate, train, analyse: also what it only needs.
    seconds: 6,
  })
})

test('a search has its accuracy and its budget, the control has no mask', () => {
  const records = collect(samplePlan())
  const search = find(records, 'annealing 0.5 k=0 seed 1')
  expect(search.accuracy.search).toEqual({ correct: 61, total: 100 })
  expect(search.evaluatedMasks).toBe(30)
  expect(search.sparsity.achieved).toBe(0.5)
  const control = find(records, 'unpruned 0 k=0 seed 1')
  expect(control.status).toBe('ok')
  expect(control.sparsity).toEqual({ requested: 0, achieved: 0, kept: null, total: null })
  expect(control.layers).toBeNull()
})

test('records come in the order of the plan', () => {
  const sample = samplePlan()
  expect(collect(sample).map(({ id }) => id)).toEqual(sample.plan.cells.map(({ id }) => id))
})

test('the achieved sparsity is what the mask says, not what was asked for', () => {
  const sample = samplePlan()
  const key = sample.key('mask snip 0.9 k=0 seed 1')
  sample.facts.set(key, { ...(sample.facts.get(key) as MaskFacts), kept: 103 })
  expect(find(collect(sample), 'snip 0.9 k=0 seed 1').sparsity).toMatchObject({
    requested: 0.9,
    achieved: 0.897,
  })
})

test('a collapsed mask makes a collapsed cell, naming the layers', () => {
  const sample = samplePlan()
  const key = sample.key('mask snip 0.9 k=0 seed 1')
  sample.facts.set(key, {
    ...(sample.facts.get(key) as MaskFacts),
    collapsed: true,
    emptyLayers: ['fc3/weight'],
  })
  const records = collect(sample)
  expect(find(records, 'snip 0.9 k=0 seed 1')).toMatchObject({
    status: 'collapsed',
    emptyLayers: ['fc3/weight'],
  })
  expect(find(records, 'snip 0.9 k=0 seed 2').status).toBe('ok')
})

test('a failed unit fails its cell, and a blocked one fails it with the cause', () => {
  const sample = samplePlan()
  const scores = sample.key('scores snip 1')
  const mask = sample.key('mask snip 0.9 k=0 seed 1')
  const train = sample.key('train snip 0.9 k=0 seed 1')
  for (const key of [scores, mask, train]) sample.facts.delete(key)
  const failures = new Map<Digest, UnitEnd>([
    [scores, { status: 'failed', failure: crash }],
    [mask, { status: 'blocked', by: scores }],
    [train, { status: 'blocked', by: mask }],
  ])
  const records = collect(sample, failures)
  const record = find(records, 'snip 0.9 k=0 seed 1')
  expect(record.status).toBe('failed')
  expect(record.failure).toEqual(crash)
  expect(record.failedUnit).toEqual({ key: scores, label: 'scores snip 1' })
  // What was found before it failed is kept, what was not is null.
  expect(record.accuracy.rewind).toEqual({ correct: 100, total: 1000 })
  expect(record.accuracy.last).toBeNull()
  expect(record.sparsity).toEqual({ requested: 0.9, achieved: null, kept: null, total: null })
  expect(records.filter(({ status }) => status === 'failed').map(({ id }) => id)).toEqual([
    'snip 0.9 k=0 seed 1',
  ])
})

test('a failure is not hidden by a collapse', () => {
  const sample = samplePlan()
  const mask = sample.key('mask snip 0.9 k=0 seed 1')
  const evaluate = sample.key('evaluate snip 0.9 k=0 seed 1')
  sample.facts.set(mask, {
    ...(sample.facts.get(mask) as MaskFacts),
    collapsed: true,
    emptyLayers: ['fc3/weight'],
  })
  const failures = new Map<Digest, UnitEnd>([[evaluate, { status: 'failed', failure: crash }]])
  expect(find(collect(sample, failures), 'snip 0.9 k=0 seed 1').status).toBe('failed')
})

test('a diagnostic that failed leaves its cell ok, and says why its figures are missing', () => {
  const sample = samplePlan()
  const id = 'snip 0.9 k=0 seed 1'
  const analyse = sample.key(`analyse ${id}`)
  sample.facts.delete(analyse)
  const failures = new Map<Digest, UnitEnd>([[analyse, { status: 'failed', failure: crash }]])
  const record = find(collect(sample, failures), id)
  expect(record).toMatchObject({
    status: 'ok',
    failure: null,
    failedUnit: null,
    orthogonality: null,
    cost: null,
  })
  expect(record.accuracy.last?.total).toBe(1000)
  expect(record.missingFigures).toEqual([
    { role: 'analyse', unit: { key: analyse, label: `analyse ${id}` }, failure: crash },
  ])
  // Where it was not run because something else failed, the cell tells that once.
  const init = sample.key('init 1')
  const blocked = collect(
    sample,
    new Map<Digest, UnitEnd>([
      [init, { status: 'failed', failure: crash }],
      [analyse, { status: 'blocked', by: init }],
    ]),
  )
  expect(find(blocked, id)).toMatchObject({ status: 'failed', missingFigures: [] })
})

test('what ties decide of a mask is a share of the fewer of what is kept and pruned', () => {
  const sample = samplePlan()
  const key = sample.key('mask snip 0.9 k=0 seed 1')
  const tied = (kept: number, pruned: number) => {
    const facts = sample.facts.get(key) as UnitFacts['mask']
    sample.facts.set(key, { ...facts, ties: { kept, pruned } })
    return tiedShare(find(collect(sample), 'snip 0.9 k=0 seed 1'))
  }
  expect(tied(0, 0)).toBe(0)
  expect(tied(100, 900)).toBe(1)
  // Half of the hundred that are kept have a score of their own; the rest are chosen among 950 equal ones.
  expect(tied(50, 900)).toBe(0.5)
  expect(tied(30, 10)).toBe(0.1)
  expect(tiedShare(find(collect(sample), 'annealing 0.9 k=0 seed 1'))).toBeNull()
})

test('what is not there and did not fail was not run', () => {
  const sample = samplePlan()
  const train = sample.key('train snip 0.9 k=0 seed 1')
  sample.facts.delete(train)
  expect(find(collect(sample), 'snip 0.9 k=0 seed 1').status).toBe('cancelled')
  const cancelled = new Map<Digest, UnitEnd>([[train, { status: 'cancelled' }]])
  expect(find(collect(sample, cancelled), 'snip 0.9 k=0 seed 1').status).toBe('cancelled')
})

test('units that ended well change nothing', () => {
  const sample = samplePlan()
  const ends = new Map<Digest, UnitEnd>(
    [...sample.plan.units.keys()].map((key) => [key, { status: 'computed' }]),
  )
  expect(collect(sample, ends)).toEqual(collect(sample))
})

test('a cell needs its units and those they were made from, each once', () => {
  const { plan, key } = samplePlan()
  const needed = neededUnits(plan, [key('train snip 0.9 k=0 seed 1'), key('mask snip 0.9 k=0 seed 1')])
  const labels = ['train snip 0.9 k=0 seed 1', 'mask snip 0.9 k=0 seed 1', 'scores snip 1', 'init 1']
  expect(needed).toEqual(labels.map(key).sort())
})
