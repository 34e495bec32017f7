import { adadelta, constant, type SuiteSettings } from '../plugin/index.ts'
import { digest } from '../values/digest.ts'
import { buildPlan, type PlanInput, type PlannedCriterion } from './build.ts'
import type { Plan, UnitKind } from './types.ts'

/** Two sparsities and two seeds, two epochs of 15 batches. */
export const settings: SuiteSettings = {
  model: 'decons-net',
  data: ['mnist'],
  criteria: [],
  granularity: 'weight',
  kUnit: 'iterations',
  latencyBatch: null,
  jacobian: null,
  merit: 'last',
  assertions: [],
  sparsities: [0.8, 0.9],
  k: [0],
  seeds: [1, 2],
  training: {
    optimizer: adadelta(),
    schedule: constant(),
    batchSize: 64,
    epochs: 2,
    validation: 100,
    testEveryEpoch: false,
  },
  scoringBatch: 64,
  searchSet: 500,
  split: 'stratified',
  control: true,
}

/** A criterion that reads noise alone, unless said otherwise. */
export function criterion(label: string, changes: Partial<PlannedCriterion> = {}): PlannedCriterion {
  return {
    label,
    plugin: { name: label, digest: digest(label) },
    kind: 'criterion',
    needs: ['noise'],
    scope: 'global',
    options: {},
    k: undefined,
    searchSeeds: undefined,
    searchSet: undefined,
    precision: 'float32',
    reinitialise: false,
    repair: null,
    ...changes,
  }
}

export const snip = criterion('snip', { needs: ['weights', 'gradients'] })
export const lth = criterion('lth', { needs: ['trainedWeights'] })
export const sa = criterion('sa', { kind: 'search', needs: [], options: { budget: 100 } })

/** The plan of these criteria on the settings above, changed. */
export function planOf(
  criteria: readonly PlannedCriterion[],
  changes: Partial<SuiteSettings> = {},
  more: Partial<PlanInput> = {},
): Plan {
  return buildPlan({
    settings: { ...settings, ...changes },
    exclude: () => false,
    model: { name: 'decons-net', digest: digest('model') },
    pass: 266_200,
    criteria,
    data: { name: 'mnist', digest: digest('data'), train: 1000, test: 200 },
    engine: { runtime: 'onnx', version: '1', device: 'cpu', threads: 1 },
    machine: 'a machine',
    ...more,
  })
}

/** How many units of a kind a plan has. */
export function count(plan: Plan, kind: UnitKind): number {
  return [...plan.units.values()].filter((unit) => unit.kind === kind).length
}
