import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { unitSchemas } from '../plan/key.ts'
import type { UnitKind, UnitSettings } from '../plan/index.ts'
import { adadelta, constant, defineCriterion, defineSearch, filterAxes } from '../plugin/index.ts'
import { createEagerRuntime, type Runtime } from '../runtime/index.ts'
import { simulatedAnnealing, thesisMlpSchedule } from '../search/index.ts'
import type { Artifact } from '../values/artifact.ts'
import { runUnit, type Given } from './run-unit.fixture.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await createEagerRuntime('cpu')
})
afterAll(() => runtime.dispose())

const training = {
  optimizer: adadelta(),
  schedule: constant(),
  batchSize: 8,
  epochs: 2,
  validation: 8,
  testEveryEpoch: true,
}
const criterion = defineCriterion({
  summary: 'SNIP and some noise.',
  needs: ['weights', 'gradients', 'noise'],
  score: ({ weights, gradients, noise }) =>
    weights.zip(gradients, (w, g) => tf.abs(tf.mul(w, g))).zip(noise, (s, n) => tf.add(s, tf.mul(n, 1e-3))),
})
const filterCriterion = defineCriterion({
  summary: 'The sum of magnitudes and some noise, for each filter.',
  needs: ['weights', 'noise'],
  score: ({ weights, noise }) =>
    weights.zip(noise, (w, n) => tf.add(tf.sum(tf.abs(w), filterAxes(w)), tf.mul(n, 1e-3))),
})
const search = defineSearch({
  summary: 'A short annealing.',
  search: (context) => simulatedAnnealing(context, { ...thesisMlpSchedule, budget: 30 }),
})

/** Every kind of unit but times once, each on the results of those before it. */
async function everyKind(): Promise<Record<Exclude<UnitKind, 'benchmark'>, Artifact>> {
  const run = <K extends UnitKind>(kind: K, settings: UnitSettings[K], given: Omit<Given, 'runtime'> = {}) =>
    runUnit(kind, settings, { runtime, ...given })
  const init = await run('init', {})
  const pretrain = await run('pretrain', { iterations: 3, training }, { inputs: { initial: init } })
  const signals = await run('signals', { batchSize: 8, validation: 8 }, { inputs: { weights: pretrain } })
  const scores = await run(
    'scores',
    { needs: ['weights', 'gradients', 'noise'], options: {} },
    { criterion, inputs: { weights: pretrain, gradients: signals } },
  )
  const mask = await run('mask', { sparsity: 0.5, scope: 'global' }, { inputs: { scores } })
  const found = await run(
    'search',
    { stream: '1', sparsity: 0.5, searchSet: 20, options: {} },
    { search, inputs: { weights: pretrain } },
  )
  const train = await run('train', { training }, { inputs: { initial: init, mask } })
  const evaluate = await run('evaluate', {}, { inputs: { initial: init, weights: pretrain, mask } })
  const analyse = await run('analyse', {}, { inputs: { initial: init, mask } })
  const repair = await run(
    'repair',
    { iterations: 20, learningRate: 0.1 },
    { inputs: { initial: init, mask } },
  )
  const jacobian = await run('jacobian', { images: 3 }, { inputs: { initial: init, mask } })
  const filters = await run(
    'scores',
    { needs: ['weights', 'noise'], options: {}, granularity: 'filter' },
    { criterion: filterCriterion, inputs: { weights: pretrain } },
  )
  const filterMask = await run('mask', { sparsity: 0.4, scope: 'global' }, { inputs: { scores: filters } })
  const prune = await run('prune', {}, { inputs: { weights: init, mask: filterMask } })
  return {
    init,
    pretrain,
    signals,
    scores,
    mask,
    search: found,
    prune,
    repair,
    train,
    evaluate,
    analyse,
    jacobian,
  }
}

/** Facts without long lists, and each tensor as its sum and norm: stable to rounding, changed by anything else. */
function summary({ facts, tensors }: Artifact): unknown {
  const round = (x: number) => Number(x.toPrecision(4))
  const numbers: unknown = JSON.parse(JSON.stringify(facts), (name, value: unknown) =>
    name === 'trace' ? undefined : typeof value === 'number' ? round(value) : value,
  )
  const sums = Object.entries(tensors).map(([name, { data }]) => {
    const values = [...data]
    return `${name}: ${round(values.reduce((a, b) => a + b, 0))}, ${round(Math.hypot(...values))}`
  })
  return { facts: numbers, tensors: sums }
}

test('golden results: where one changes, raise the schema number of its kind in plan/key.ts, so that nothing stale is reused', async () => {
  const results = await everyKind()
  const golden = Object.fromEntries(
    Object.entries(results).map(([kind, artifact]) => [
      `${kind}, schema ${unitSchemas[kind as UnitKind]}`,
      summary(artifact),
    ]),
  )
  await expect(`${JSON.stringify(golden, null, 2)}\n`).toMatchFileSnapshot(
    '__snapshots__/golden-results.json',
  )
})
