import { buildPlan, type PlanInput } from '../../src/plan/index.ts'
import { digest } from '../../src/values/digest.ts'
import { inNode } from '../runtimes.ts'
import { training } from '../subjects/decons-net.ts'
import { timeCalls } from '../time-calls.ts'
import type { Workload } from '../workload.ts'

const CELLS = 10_000

/** Cells, units and keys of a large matrix. */
export const plan10000Cells: Workload = {
  name: 'plan-10000-cells',
  summary: '10 criteria × 10 sparsities × 4 values of k × 25 seeds to cells and units, in process',
  unit: 's',
  better: 'lower',
  runs: 7,
  atMost: 2,
  open: () => {
    const { cells } = buildPlan(matrix)
    if (cells.length !== CELLS) throw new Error(`the matrix has ${cells.length} cells, not ${CELLS}`)
    const plan = () => Promise.resolve(buildPlan(matrix))
    return Promise.resolve([inNode('', async () => ({ value: (await timeCalls(plan, 1)) / 1000 }))])
  },
}

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i)

const needs = [[], ['weights'], ['initialWeights'], ['gradients'], ['noise']] as const

const matrix: PlanInput = {
  settings: {
    model: 'decons-net',
    data: ['glyphs'],
    criteria: [],
    sparsities: upTo(10).map((i) => i / 10),
    k: [0, 100, 1000, 10_000],
    seeds: upTo(25),
    training,
    scoringBatch: 64,
    searchSet: 2000,
    split: 'stratified',
    control: false,
    granularity: 'weight',
    kUnit: 'iterations',
    latencyBatch: null,
    jacobian: null,
    merit: 'last',
    assertions: [],
  },
  exclude: () => false,
  model: { name: 'decons-net', digest: digest('model') },
  pass: 266_200,
  criteria: upTo(10).map((i) => ({
    label: `criterion-${i}`,
    plugin: { name: `criterion-${i}`, digest: digest(`criterion ${i}`) },
    kind: i === 0 ? 'search' : 'criterion',
    needs: needs[i % needs.length] ?? [],
    scope: 'global',
    options: {},
    k: undefined,
    searchSeeds: undefined,
    searchSet: undefined,
    precision: 'float32',
    reinitialise: false,
    repair: null,
  })),
  data: { name: 'glyphs', digest: digest('data'), train: 60_000, test: 10_000 },
  engine: { runtime: 'onnx', version: '1', device: 'cpu', threads: 1 },
  machine: 'any',
}
