import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseResults, withoutTimes, type Results } from '../results/index.ts'
import { makeProject, type Project } from './cli.fixture.ts'

/** Two small convolutions: 6 + 8 filters, with batch-norm and dropout. */
const model = `import { batchNorm, conv2d, defineModel, dense, dropout, flatten, relu, sequential } from 'prune-bench'

export default defineModel({
  summary: 'Two convolutions.',
  input: [32, 32, 3],
  classes: 10,
  ...sequential(
    conv2d('conv1', 3, 6, { stride: 4 }),
    relu(),
    dropout('drop1', 6, 0.3),
    batchNorm('norm1', 6),
    conv2d('conv2', 6, 8, { stride: 4 }),
    relu(),
    batchNorm('norm2', 8),
    flatten(),
    dense('dense', 32, 10, { maskable: false }),
  ),
})
`

/** Its only outputs are the classes. */
const single = `import { defineModel, dense, flatten, sequential } from 'prune-bench'

const row = sequential(flatten(), dense('dense', 3072, 10))
export default defineModel({ summary: 'One layer.', input: [32, 32, 3], classes: 10, ...row })
`

/** Prefers every filter of the first layer to any of the second. */
const narrow = `import { defineCriterion, filterAxes, tf } from 'prune-bench'

export default defineCriterion({
  summary: 'Keep the first layer.',
  needs: ['initialWeights'],
  score: ({ initialWeights }) =>
    initialWeights.map((w, layer) => tf.add(tf.mul(tf.mean(w, filterAxes(w)), 0), layer === 'conv1/weight' ? 1 : 0)),
})
`

const suite = `import { constant, defineSuite, sgd } from 'prune-bench'

export default defineSuite({
  summary: 'Tiny filters.',
  model: 'tiny-cnn',
  data: [{ name: 'textures', size: { train: 300, test: 100 } }],
  granularity: 'filter',
  criteria: [
    { criterion: 'simulated-annealing-filters', label: 'sa', options: { budget: 6 }, k: [0, 1, 2] },
    { criterion: 'simulated-annealing-filters', label: 'fresh', options: { budget: 6 }, reinitialise: true },
    'narrow',
    'mag-rewind',
    'batch-norm-scale',
    'snip',
  ],
  sparsities: [0.6],
  kUnit: 'epochs',
  seeds: [1],
  training: {
    optimizer: sgd({ learningRate: 0.01, momentum: 0.9, weightDecay: 1e-4 }),
    schedule: constant(),
    batchSize: 50,
    epochs: 2,
    validation: 50,
    testEveryEpoch: false,
  },
  scoringBatch: 50,
  searchSet: 100,
  latencyBatch: 1,
})
`

function written(): Project {
  const project = makeProject()
  project.write('models/tiny-cnn.ts', model)
  project.write('criteria/narrow.ts', narrow)
  project.write('suites/filters.suite.ts', suite)
  return project
}

function resultsOf(project: Project): Results {
  return parseResults(
    readFileSync(join(project.folder, 'reports/filters/default/textures/results.json'), 'utf8'),
  )
}

let project: Project
let stdout: string
beforeAll(async () => {
  project = written()
  const ended = await project.run('filters')
  expect(ended).toMatchObject({ code: 0 })
  stdout = ended.stdout
}, 60_000)
afterAll(() => project.remove())

test('filters are deleted: what is left is counted, priced and timed', () => {
  const { cells } = resultsOf(project)
  expect(cells.length).toBe(1 + 3 + 5)
  const total = 6 * 27 + 6 + 2 * 6 + 8 * 54 + 8 + 2 * 8 + 320 + 10
  const pruned = cells.filter(({ point, status }) => !point.control && status === 'ok')
  // At least the searches and what they start from; where training leads may collapse a criterion's cell.
  expect(pruned.length).toBeGreaterThanOrEqual(4)
  for (const { layers, cost, latency, sparsity } of pruned) {
    const [a = 0, b = 0] = layers?.map(({ kept }) => kept) ?? []
    // ⌊14 · 0.6⌋ = 8 filters go.
    expect([sparsity.total, sparsity.kept, a + b]).toEqual([14, 6, 6])
    expect(cost?.parameters).toEqual({
      kept: a * 27 + 3 * a + 9 * a * b + 3 * b + 4 * b * 10 + 10,
      total,
    })
    expect(cost?.macs).toEqual({
      kept: 64 * 27 * a + 4 * 9 * a * b + 40 * b,
      total: 64 * 162 + 4 * 432 + 320,
    })
    for (const time of [latency?.full, latency?.masked, latency?.deleted])
      expect(time?.medianMs).toBeGreaterThan(0)
  }
})

test('a layer without filters is named; its cell is collapsed, not trained, and no failure', () => {
  const cell = resultsOf(project).cells.find(({ id }) => id === 'narrow s=60% k=0 seed=1')
  expect(cell).toMatchObject({
    status: 'collapsed',
    emptyLayers: ['conv2'],
    accuracy: { last: null, rewind: null },
    curve: [],
    latency: null,
  })
  expect(stdout).toContain('collapsed: conv2')
})

test('the report says what each layer keeps', () => {
  expect(stdout).toMatch(/filters kept +of 6 +of 8/)
  expect(stdout).toMatch(/narrow +6 +0\n/)
  expect(stdout).toMatch(/cost +params +fewer +MACs/)
})

/** Without times, which take time. */
const untimed = suite.replace('latencyBatch: 1', 'latencyBatch: null')

test('another order of work, by more workers, gives the same results', async () => {
  const other = written()
  other.write('suites/filters.suite.ts', untimed)
  expect((await other.run('filters', '--workers', '3')).code).toBe(0)
  const accuracies = (which: Project) => withoutTimes(resultsOf(which)).cells.map((cell) => cell.accuracy)
  expect(accuracies(other)).toEqual(accuracies(project))
  other.remove()
}, 60_000)

test('a checkpoint that is computed alone is the one that goes on from an earlier one', async () => {
  const cellsAtTwo = async (k: string) => {
    const other = written()
    const longer = untimed.replace('k: [0, 1, 2]', `k: [${k}]`).replace('epochs: 2', 'epochs: 3')
    other.write('suites/filters.suite.ts', longer)
    expect((await other.run('filters', '-t', 'sa k=2')).code).toBe(0)
    const run = resultsOf(other).cells.filter(({ status }) => status === 'ok')
    const cells = run.map(({ id, accuracy, units }) => ({ id, accuracy, units }))
    other.remove()
    return cells
  }
  const [alone, chained] = [await cellsAtTwo('2'), await cellsAtTwo('0, 1, 2')]
  expect(alone.length).toBe(1)
  expect(chained).toEqual(alone)
}, 60_000)

test('batch-norm scales belong to filters: a suite of single weights refuses them', async () => {
  project.write('suites/weights.suite.ts', suite.replace("granularity: 'filter'", "granularity: 'weight'"))
  const { code, stderr } = await project.run('weights')
  expect(code).toBe(2)
  expect(stderr).toContain('batch-norm-scale reads batch-norm scales, one for each filter')
  expect(stderr).toContain("granularity: 'filter'")
})

test('a model that has no filters, or too few batch-norms, is refused before anything runs', async () => {
  const refused = async (model: string, criteria: string) => {
    const changed = suite
      .replace("model: 'tiny-cnn'", `model: '${model}'`)
      .replace(/criteria: \[[^]*?\n {2}\],/, criteria)
    project.write('suites/refused.suite.ts', changed)
    const { code, stderr } = await project.run('plan', 'refused')
    expect(code).toBe(2)
    return stderr
  }
  project.write('models/classes.ts', single)
  expect(await refused('classes', "criteria: ['random'],")).toContain(
    'the model classes has no filters to prune',
  )
  expect(await refused('conv-6', "criteria: ['batch-norm-scale'],")).toContain(
    'batch-norm-scale cannot score the model conv-6: the filters of conv1 go through no batch-norm',
  )
  project.write(
    'models/plain.ts',
    single.replace('...row', 'parameters: row.parameters, forward: row.forward'),
  )
  expect(await refused('plain', "criteria: ['random'],")).toContain(
    'the model plain does not tell how its layers hang together',
  )
})
