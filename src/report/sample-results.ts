import {
  buildResults,
  type CellRecord,
  type CriterionReport,
  type Results,
  type RunIdentity,
} from '../results/index.ts'
import { digest } from '../values/digest.ts'
import { stream } from '../values/random.ts'

/** One row of a sample: accuracies in % as the tests want them; `null` where they were not measured. */
export interface SampleRow {
  readonly criterion: string
  readonly sparsity: number
  readonly k?: number
  readonly control?: boolean
  readonly search?: number
  readonly rewind: number
  readonly trained: number
  readonly seconds: number
}

function sampleCriterion(name: string, needs: readonly string[]): CriterionReport {
  const plugin = { name, digest: digest(name) }
  return {
    label: name,
    plugin,
    kind: 'criterion',
    needs,
    scope: 'global',
    options: {},
    searchSet: 2000,
    reinitialise: false,
    repair: null,
  }
}

function sampleSearch(name: string, options: CriterionReport['options']): CriterionReport {
  return { ...sampleCriterion(name, []), kind: 'search', options }
}

export const sampleIdentity: RunIdentity = {
  suite: 'mlp',
  summary: 'Pruning a fully connected network on handwritten digits before training.',
  profile: 'quick',
  model: { name: 'decons-net', digest: digest('decons-net') },
  data: {
    name: 'mnist',
    digest: digest('mnist'),
    origin: '/data/mnist',
    train: 60_000,
    test: 10_000,
    passedOver: [],
  },
  engine: { runtime: 'onnx', version: '1.30.0', device: 'cpu', threads: 1 },
  training: {
    optimizer: { name: 'adadelta', learningRate: 1, rho: 0.9, epsilon: 1e-6, weightDecay: 0 },
    schedule: { name: 'constant' },
    batchSize: 64,
    epochs: 5,
    validation: 5000,
    testEveryEpoch: true,
  },
  criteria: [
    sampleSearch('simulated-annealing', { budget: 2000, temperature: 0.1 }),
    sampleCriterion('snip', ['weights', 'gradients']),
    sampleCriterion('mag-sign', ['trainedWeights', 'initialWeights']),
    sampleCriterion('magnitude-trained', ['trainedWeights']),
    sampleCriterion('random', ['noise']),
  ],
  scoringBatch: 128,
  granularity: 'weight',
  kUnit: 'iterations',
  merit: 'last',
  filter: null,
  shard: null,
  plannedCells: 48,
  versions: { 'prune-bench': '0.1.0', node: '20.19.4' },
}

/** The thesis' table, with the spread of three seeds made up. */
export const thesisRows: readonly SampleRow[] = [
  { criterion: 'unpruned', sparsity: 0, control: true, rewind: 12.41, trained: 98.53, seconds: 31 },
  ...rows('simulated-annealing', [61.22, 61.87, 61.75], [98.23, 97.99, 97.36], 95, [66.07, 67.98, 67.69]),
  ...rows('snip', [11.31, 10.57, 10.33], [98.42, 98.35, 98.05], 32),
  ...rows('mag-sign', [73.39, 82.37, 86.08], [98.47, 98.47, 98.47], 64),
  ...rows('magnitude-trained', [41.03, 55.12, 60.51], [98.48, 98.6, 98.5], 63),
  ...rows('random', [10.17, 6.72, 10.22], [98.18, 98.04, 97.37], 31),
]

function rows(
  criterion: string,
  rewind: readonly number[],
  trained: readonly number[],
  seconds: number,
  search?: readonly number[],
): SampleRow[] {
  return [0.7, 0.8, 0.9].map((sparsity, i) => ({
    criterion,
    sparsity,
    rewind: rewind[i] as number,
    trained: trained[i] as number,
    seconds,
    ...(search && { search: search[i] as number }),
  }))
}

/** Records of these rows for every seed, spread around the rows' values; `change` may replace any of them. */
function sampleCells(
  samples: readonly SampleRow[],
  seeds: readonly number[],
  change: (cell: CellRecord) => CellRecord = (cell) => cell,
): CellRecord[] {
  return samples.flatMap((row) => seeds.map((seed) => change(sampleCell(row, seed))))
}

export function sampleResults(
  samples: readonly SampleRow[] = thesisRows,
  seeds: readonly number[] = [1, 2, 3],
  change?: (cell: CellRecord) => CellRecord,
): Results {
  return buildResults(sampleIdentity, sampleCells(samples, seeds, change))
}

function sampleCell(row: SampleRow, seed: number): CellRecord {
  const { criterion, sparsity, k = 0, control = false } = row
  const id = `${criterion} · ${sparsity} · k=${k} · seed ${seed}`
  const random = stream(seed, id)
  const count = (percent: number, spread: number, total = 10_000) => ({
    correct: Math.min(total, Math.round((total * (percent + spread * random.normal())) / 100)),
    total,
  })
  const total = 266_200
  const kept = Math.round(total * (1 - sparsity))
  const last = count(row.trained, 0.06)
  const selected = { ...last, correct: last.correct + 1 }
  const best = { ...last, correct: Math.min(10_000, last.correct + 6) }
  return {
    id,
    point: { criterion, sparsity, k, seed, control },
    status: 'ok',
    sparsity: {
      requested: sparsity,
      achieved: control ? 0 : (total - kept) / total,
      kept: control ? null : kept,
      total: control ? null : total,
    },
    layers: control ? null : [{ name: 'fc1/weight', kept, total }],
    emptyLayers: [],
    ties: null,
    accuracy: {
      search: row.search === undefined ? null : count(row.search, 1, 2000),
      validation: null,
      atK: count(row.rewind + k / 2, 2),
      rewind: count(row.rewind, 2),
      last: { ...last, epoch: 5 },
      validationSelected: { ...selected, epoch: 4 },
      bestOnTest: { ...best, epoch: 3 },
    },
    curve: [{ epoch: 1, loss: 0.25, validation: { correct: 4800, total: 5000 }, test: null }],
    orthogonality: { thesis: 0.0137 * (1 - sparsity / 8), lee: 21.5, layers: [] },
    effective: { kept, total },
    jacobian: null,
    cost: {
      parameters: { kept, total },
      stored: { kept, total },
      macs: { kept, total },
      operations: { kept, total },
      compressionRatio: total / kept,
      theoreticalSpeedup: total / kept,
    },
    latency: null,
    evaluatedMasks: row.search === undefined ? 0 : 2000,
    failure: null,
    failedUnit: null,
    missingFigures: [],
    units: { init: digest(`init ${seed}`), train: digest(`train ${id}`) },
    seconds: row.seconds + random.uniform(),
  }
}
