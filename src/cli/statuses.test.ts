import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseResults, type CellRecord } from '../results/index.ts'
import { makeProject, tinySuite, type Ended, type Project } from './cli.fixture.ts'

/** Eight hidden neurons; batches of three, which only diagnostics have, are more than it can do. */
const model = `import { defineModel, dense, flatten, logSoftmax, relu, sequential } from 'prune-bench'

const network = sequential(flatten(), dense('fc1', 784, 8), relu(), dense('fc2', 8, 10), logSoftmax())
export default defineModel({
  summary: 'Eight neurons.',
  input: [28, 28, 1],
  classes: 10,
  ...network,
  forward: (inputs) => {
    if (inputs.x.shape[0] === 3) throw new Error('three images are too many')
    return network.forward(inputs)
  },
})
`

/** Keeps what feeds the first four neurons and what reads the other four: both layers keep half, no path is left. */
const severed = `import { defineCriterion, tf } from 'prune-bench'

export default defineCriterion({
  summary: 'Feed some neurons, read the others.',
  needs: ['initialWeights'],
  score: ({ initialWeights }) =>
    initialWeights.map((w, layer) => {
      const first = tf.cast(tf.less(tf.range(0, 8, 1, 'float32'), 4), 'float32')
      const zeros = tf.mul(w, 0)
      return layer === 'fc1/weight' ? tf.add(zeros, tf.reshape(first, [8, 1])) : tf.add(zeros, tf.sub(1, first))
    }),
})
`

const indifferent = `import { defineCriterion, tf } from 'prune-bench'

export default defineCriterion({
  summary: 'Likes all weights alike.',
  needs: ['initialWeights'],
  scope: 'layer',
  score: ({ initialWeights }) => initialWeights.map((w) => tf.mul(w, 0)),
})
`

let project: Project
let ended: Ended
let cells: readonly CellRecord[]
beforeAll(async () => {
  project = makeProject()
  project.write('models/eight.ts', model)
  project.write('criteria/severed.ts', severed)
  project.write('criteria/indifferent.ts', indifferent)
  const more = `model: 'eight', criteria: ['severed', 'indifferent'], sparsities: [0.5], seeds: [1], latencyBatch: 3, jacobian: { images: 3 }`
  project.write('suites/statuses.suite.ts', tinySuite(more))
  ended = await project.run('statuses')
  const file = join(project.folder, 'reports/statuses/default/glyphs/results.json')
  cells = parseResults(readFileSync(file, 'utf8')).cells
}, 240_000)
afterAll(() => project.remove())

const cellOf = (criterion: string) => cells.find(({ point }) => point.criterion === criterion)

test('a mask that leaves no path collapses its network, though every layer keeps half', () => {
  const cell = cellOf('severed')
  expect(cell).toMatchObject({ status: 'collapsed', emptyLayers: [], accuracy: { rewind: null, last: null } })
  expect(cell?.effective).toEqual({ kept: 0, total: 6352 })
  expect(ended.stdout).toContain('collapsed: no path from input to output (1 of 1 seed)')
})

test('equal scores are told, and what lies on no path', () => {
  expect(cellOf('indifferent')).toMatchObject({ status: 'ok', ties: { kept: 3176, pruned: 3176 } })
  expect(ended.stdout).toContain('equal scores: their order chose 100 % of the mask')
  expect(cellOf('indifferent')?.effective?.kept).toBe(4 * 784 + 4 * 5)
  expect(ended.stdout).toMatch(/effective/)
})

test('diagnostics that fail leave their cells ok; the report says why their figures are missing', () => {
  expect(ended.code).toBe(0)
  const cell = cellOf('indifferent')
  expect(cell?.accuracy.last?.total).toBe(100)
  expect(cell).toMatchObject({ jacobian: null, failure: null, missingFigures: [{ role: 'jacobian' }] })
  expect(cells[0]).toMatchObject({ status: 'ok', latency: null, missingFigures: [{}, { role: 'benchmark' }] })
  expect(ended.stdout).toMatch(/cells? lacks? times of inference: unpruned/)
  expect(ended.stdout).toMatch(/lacks? singular values of the Jacobian: indifferent/)
  expect(ended.stdout).toContain('three images are too many')
  const page = readFileSync(join(project.folder, 'reports/statuses/default/glyphs/index.html'), 'utf8')
  expect(page).toContain('three images are too many')
})
