import { afterAll, expect } from 'vitest'
import type { UnitSettings } from '../plan/index.ts'
import { defineModel, defineSearch, dense, flatten, relu, sequential, type Model } from '../plugin/index.ts'
import { initialised, trained } from '../plugin/network.fixture.ts'
import { gpuRuntime, gpuTest } from '../runtime/gpu.fixture.ts'
import { createOnnxRuntime } from '../runtime/index.ts'
import { simulatedAnnealing, thesisCnnSchedule, thesisMlpSchedule } from '../search/index.ts'
import { runUnit } from './run-unit.fixture.ts'
import { tinyCnn, tinyImages, trainedTinyCnn } from './tiny-cnn.fixture.ts'

const mlp = defineModel({
  summary: 'Fully connected.',
  input: [4, 4, 2],
  classes: 3,
  ...sequential(flatten(), dense('fc1', 32, 30), relu(), dense('fc2', 30, 3)),
})

const BUDGET = 120

const cpu = await createOnnxRuntime({ device: 'cpu' })
const weightsOf = new Map([
  [mlp, trained(initialised(mlp, 5), 4)],
  [tinyCnn, await trainedTinyCnn(cpu)],
])
afterAll(() => cpu.dispose())

/** What a search unit leaves, however many masks it was told to propose at once. */
async function searched(model: Model, precision: 'float16' | undefined, atOnce: number | undefined) {
  const byFilter = model === tinyCnn
  const schedule = byFilter ? thesisCnnSchedule : thesisMlpSchedule
  const search = defineSearch({
    summary: 'Annealing.',
    search: (context) =>
      simulatedAnnealing({ ...context, atOnce: atOnce ?? context.atOnce }, { ...schedule, budget: BUDGET }),
  })
  const settings: UnitSettings['search'] = {
    stream: '1',
    sparsity: 0.6,
    searchSet: 40,
    options: {},
    ...(byFilter ? { granularity: 'filter' } : {}),
    ...(precision ? { precision } : {}),
  }
  const weights = { facts: {}, tensors: weightsOf.get(model) ?? {} }
  const given = { runtime: gpuRuntime(), model, dataset: tinyImages, search, inputs: { weights } }
  return runUnit('search', settings, given)
}

gpuTest.each([
  ['weights', mlp, undefined],
  ['weights, in 16 bits', mlp, 'float16'],
  ['filters', tinyCnn, undefined],
  ['filters, in 16 bits', tinyCnn, 'float16'],
] as const)(
  'a search of %s is the same chain however many masks a GPU evaluates at once',
  async (_, model, precision) => {
    const expected = await searched(model, precision, undefined)
    expect(expected.facts.evaluated).toBe(BUDGET)
    const { averageAccuracy } = expected.facts.trace as { averageAccuracy: number[] }
    expect(new Set(averageAccuracy).size).toBeGreaterThan(5)
    for (const atOnce of [1, 5]) expect(await searched(model, precision, atOnce)).toEqual(expected)
    expect(expected.facts.reducedPrecision).toEqual(
      precision && expect.objectContaining({ precision, masks: 3, images: 3 * 40 }),
    )
  },
)
