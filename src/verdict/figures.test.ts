import { expect, test } from 'vitest'
import { metricNames } from '../plugin/index.ts'
import { sampleResults } from '../report/sample-results.ts'
import type { CellRecord } from '../results/index.ts'
import { figureOf, metrics } from './figures.ts'

const [template] = sampleResults().cells as [CellRecord]
const count = (correct: number) => ({ correct, total: 200 })
const of = (kept: number) => ({ kept, total: 1000 })
const time = (medianMs: number) => ({ medianMs, p25Ms: 0, p75Ms: 0, samples: 9 })

/** A cell in which every figure is another number. */
const full = {
  ...template,
  status: 'ok',
  sparsity: { requested: 0.9, achieved: 0.91, kept: 90, total: 1000 },
  accuracy: {
    ...{ search: count(20), validation: count(40), atK: count(60), rewind: count(80) },
    ...{
      last: { ...count(100), epoch: 3 },
      validationSelected: { ...count(120), epoch: 2 },
      bestOnTest: { ...count(140), epoch: 1 },
    },
  },
  orthogonality: { thesis: 0.5, lee: 1.5, layers: [] },
  effective: of(80),
  jacobian: { mean: 2.5, sd: 3.5, min: 0, max: 9, images: 4 },
  cost: {
    ...{ parameters: of(11), stored: of(12), macs: of(13), operations: of(14) },
    compressionRatio: 4.5,
    theoreticalSpeedup: 5.5,
  },
  latency: { full: time(6.5), masked: time(7.5), deleted: time(8.5) },
} as unknown as CellRecord

test('every figure is told: accuracies in %, times in ms, all else as it is', () => {
  expect(Object.fromEntries(metricNames.map((metric) => [metric, figureOf(full, metric)]))).toEqual({
    ...{ search: 10, validation: 20, atK: 30, rewind: 40, last: 50, validationSelected: 60, bestOnTest: 70 },
    ...{ achievedSparsity: 0.91, effectiveSparsity: 0.92, orthogonality: 0.5, orthogonalityLee: 1.5 },
    ...{
      jacobianMean: 2.5,
      jacobianSd: 3.5,
      parameters: 11,
      macs: 13,
      compressionRatio: 4.5,
      theoreticalSpeedup: 5.5,
    },
    ...{ latencyFull: 6.5, latencyMasked: 7.5, latencyDeleted: 8.5 },
  })
})

test('what was not measured has no figure, and neither has a cell that came to no result', () => {
  const none = {
    ...full,
    sparsity: { ...full.sparsity, achieved: null },
    accuracy: Object.fromEntries(Object.keys(full.accuracy).map((name) => [name, null])),
    ...{ orthogonality: null, effective: null, jacobian: null, cost: null, latency: null },
  } as unknown as CellRecord
  const partly = {
    ...none,
    latency: { full: null, masked: null, deleted: null },
    cost: { ...full.cost, macs: null },
  } as unknown as CellRecord
  for (const metric of metricNames) {
    expect(figureOf(none, metric), metric).toBeNull()
    expect(figureOf({ ...full, status: 'collapsed' }, metric), metric).toBeNull()
    if (/latency|macs/.test(metric)) expect(figureOf(partly, metric), metric).toBeNull()
  }
})

test('accuracies are counted in points and times in ms', () => {
  const unitsOf = (unit: string) => metricNames.filter((metric) => metrics[metric].unit === unit)
  expect(unitsOf('points')).toEqual([
    'last',
    'validationSelected',
    'bestOnTest',
    'search',
    'validation',
    'atK',
    'rewind',
  ])
  expect(unitsOf('ms')).toEqual(['latencyFull', 'latencyMasked', 'latencyDeleted'])
})
