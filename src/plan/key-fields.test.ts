import { expect, test } from 'vitest'
import { adadelta, adam, sgd, signalNames, type SignalName, type SuiteSettings } from '../plugin/index.ts'
import { digest } from '../values/digest.ts'
import type { Json, JsonObject } from '../values/json.ts'
import type { OptimizerSettings, ScheduleSettings, TrainingSettings } from '../values/training-settings.ts'
import type { PlanInput, PlannedCriterion } from './build.ts'
import { unitOf } from './key.ts'
import { criterion, planOf, sa, settings } from './plan.fixture.ts'
import type {
  DataIdentity,
  EngineIdentity,
  Plan,
  PluginIdentity,
  RepairSettings,
  Unit,
  UnitKind,
  UnitSettings,
} from './types.ts'

/** What is changed of what a plan is made from. */
interface Change {
  readonly suite?: Partial<SuiteSettings>
  readonly training?: Partial<TrainingSettings>
  readonly criterion?: Partial<PlannedCriterion>
  readonly search?: Partial<PlannedCriterion>
  readonly input?: Partial<PlanInput>
}

const cosine: ScheduleSettings = { name: 'cosine', final: 0 }
const data = { name: 'mnist', digest: digest('data'), train: 1000, test: 200 }
const engine = { runtime: 'onnx', version: '1', device: 'cpu', threads: 1 }
const model = { name: 'decons-net', digest: digest('model') }

/** One cell of a criterion whose weights are repaired, one of a search and the control: with all that can be measured. */
function plan(...changes: readonly Change[]): Plan {
  const all = <T extends keyof Change>(part: T) =>
    Object.assign({}, ...changes.map((change) => change[part])) as Exclude<Change[T], undefined>
  const repaired = criterion('repaired', {
    needs: ['weights', 'gradients', 'noise'],
    options: { power: 1 },
    repair: { iterations: 100, learningRate: 0.1 },
  })
  return planOf(
    [
      { ...repaired, ...all('criterion') },
      { ...sa, ...all('search') },
    ],
    {
      ...{ k: [75], jacobian: { images: 4 }, latencyBatch: 1, sparsities: [0.9], seeds: [1] },
      training: { ...settings.training, schedule: cosine, ...all('training') },
      ...all('suite'),
    },
    { data, engine, model, ...all('input') },
  )
}

const filters: Change = { suite: { granularity: 'filter' } }

const unitsOf = ({ units }: Plan, of: UnitKind): Unit[] =>
  [...units.values()].filter(({ kind }) => kind === of)

/** Kinds in whose documents a change put what was there in no unit of the kind; their keys are new ones. */
function kindsTold(before: Plan, after: Plan, part: (unit: Unit) => unknown): UnitKind[] {
  const text = (unit: Unit) => `${unit.kind} ${JSON.stringify(part(unit))}`
  const known = new Set([...before.units.values()].map(text))
  const told = [...after.units.values()].filter((unit) => !known.has(text(unit)))
  for (const { key } of told) expect(before.units.has(key)).toBe(false)
  return [...new Set(told.map(({ kind }) => kind))].sort()
}

type Changes<T> = { readonly [Field in keyof Required<T>]: Change }

const byFilter = { granularity: filters }

/** A change of each setting of how networks are trained that their first iterations depend on. */
const beginning: Changes<Omit<TrainingSettings, 'lossIterations' | 'testEveryEpoch'>> = {
  loss: { training: { loss: 'double-softmax' } },
  optimizer: { training: { optimizer: sgd() } },
  schedule: { training: { schedule: { name: 'cosine', final: 0.1 } } },
  batchSize: { training: { batchSize: 32 } },
  // The learning rate follows half a cosine over all epochs: also the first iterations depend on how many they are.
  epochs: { training: { epochs: 9 } },
  validation: { training: { validation: 50 } },
}

const trainings: { readonly pretrain: Changes<typeof beginning>; readonly train: Changes<TrainingSettings> } =
  {
    pretrain: beginning,
    train: {
      ...beginning,
      lossIterations: { training: { lossIterations: 10 } },
      testEveryEpoch: { training: { testEveryEpoch: true } },
    },
  }

/** For each setting of each kind of unit what changes it. A setting that is missing here is a type error. */
const changes: { readonly [K in UnitKind]: Changes<UnitSettings[K]> } = {
  init: { draw: { criterion: { reinitialise: true } } },
  pretrain: { iterations: { suite: { k: [76] } }, training: beginning.batchSize },
  signals: {
    batchSize: { suite: { scoringBatch: 32 } },
    validation: beginning.validation,
    loss: beginning.loss,
  },
  scores: {
    ...byFilter,
    needs: { criterion: { needs: ['weights', 'noise'] } },
    options: { criterion: { options: { power: 2 } } },
  },
  mask: { ...byFilter, sparsity: { suite: { sparsities: [0.8] } }, scope: { criterion: { scope: 'layer' } } },
  search: {
    ...byFilter,
    stream: { search: { label: 'another' } },
    sparsity: { suite: { sparsities: [0.8] } },
    searchSet: { suite: { searchSet: 400 } },
    options: { search: { options: { budget: 200 } } },
    precision: { search: { precision: 'float16' } },
  },
  prune: {},
  repair: {
    iterations: { criterion: { repair: { iterations: 101, learningRate: 0.1 } } },
    learningRate: { criterion: { repair: { iterations: 100, learningRate: 0.2 } } },
  } satisfies Changes<RepairSettings>,
  train: { training: beginning.batchSize },
  evaluate: { ...byFilter, validation: beginning.validation },
  analyse: byFilter,
  jacobian: { ...byFilter, images: { suite: { jacobian: { images: 5 } } } },
  benchmark: {
    ...byFilter,
    batch: { suite: { latencyBatch: 2 } },
    machine: { input: { machine: 'another' } },
  },
}

const told = (Object.keys(changes) as UnitKind[]).flatMap((kind) =>
  Object.entries(changes[kind]).map(([field, change]) => ({ kind, field, change: change })),
)

test.each(told)('$kind: another $field is another key', ({ kind, field, change }) => {
  const settingOf = ({ document }: Unit) => (document.settings as Record<string, unknown>)[field]
  // What a benchmark times of a mask are pruned filters: there is none without.
  const before = kind === 'benchmark' && change !== filters ? plan(filters) : plan()
  const after = kind === 'benchmark' && change !== filters ? plan(filters, change) : plan(change)
  expect(kindsTold(before, after, settingOf)).toContain(kind)
})

test.each(
  (['pretrain', 'train'] as const).flatMap((kind) =>
    Object.entries(trainings[kind]).map(([field, change]) => ({ kind, field, change })),
  ),
)('$kind: another training.$field is another key', ({ kind, field, change }) => {
  const settingOf = ({ document: { settings: of } }: Unit) =>
    'training' in of ? of.training[field as keyof TrainingSettings] : null
  expect(kindsTold(plan(), plan(change), settingOf)).toContain(kind)
})

test('the beginning of a training depends neither on what is told of it, nor on its length at a constant rate', () => {
  const pretrain = (...changed: readonly Change[]) => unitsOf(plan(...changed), 'pretrain')[0]?.key
  for (const change of [
    { training: { lossIterations: 10 } },
    { training: { testEveryEpoch: true } },
  ] satisfies readonly Change[])
    expect(pretrain(change)).toBe(pretrain())
  const steady = { training: { schedule: { name: 'constant' } } } satisfies Change
  expect(pretrain(steady, { training: { epochs: 9 } })).toBe(pretrain(steady))
})

/** What each kind of unit reads besides its settings. A kind that is missing here is a type error. */
const reads: {
  readonly [K in UnitKind]: Readonly<Record<'inputs' | 'plugins' | 'rest', readonly string[]>>
} = {
  init: { inputs: [], plugins: ['model'], rest: ['seed'] },
  pretrain: { inputs: ['initial'], plugins: ['model'], rest: ['data', 'engine', 'seed'] },
  signals: { inputs: ['weights'], plugins: ['model'], rest: ['data', 'engine', 'seed'] },
  scores: { inputs: ['gradients', 'weights'], plugins: ['criterion', 'model'], rest: ['engine', 'seed'] },
  mask: { inputs: ['scores'], plugins: ['model'], rest: [] },
  search: { inputs: ['weights'], plugins: ['model', 'search'], rest: ['data', 'engine', 'seed'] },
  prune: { inputs: ['mask', 'weights'], plugins: ['model'], rest: [] },
  repair: { inputs: ['initial', 'mask'], plugins: ['model'], rest: ['engine'] },
  // A masked network's; one with its filters deleted is an initial network by itself.
  train: { inputs: ['initial', 'mask'], plugins: ['model'], rest: ['data', 'engine', 'seed'] },
  evaluate: { inputs: ['initial', 'mask', 'weights'], plugins: ['model'], rest: ['data', 'engine'] },
  analyse: { inputs: ['initial', 'mask'], plugins: ['model'], rest: [] },
  jacobian: { inputs: ['initial', 'mask'], plugins: ['model'], rest: ['data', 'engine'] },
  benchmark: { inputs: ['mask', 'weights'], plugins: ['model'], rest: ['engine'] },
}
const kinds = Object.keys(reads) as UnitKind[]

test.each(kinds)('%s: its key holds what it reads', (kind) => {
  const units = [plan(), plan(filters)].flatMap((one) => unitsOf(one, kind).map(({ document }) => document))
  const names = (of: readonly object[]) => [...new Set(of.flatMap((one) => Object.keys(one)))].sort()
  for (const document of units)
    expect((['data', 'engine', 'seed'] as const).filter((part) => document[part] !== null)).toEqual(
      reads[kind].rest,
    )
  expect(names(units.map(({ inputs }) => inputs))).toEqual(reads[kind].inputs)
  expect(names(units.map(({ plugins }) => plugins))).toEqual(reads[kind].plugins)
})

const readers = (part: string, of: 'plugins' | 'rest') =>
  kinds.filter((kind) => reads[kind][of].includes(part)).sort()

const identities: {
  readonly data: Required<DataIdentity>
  readonly engine: Required<EngineIdentity>
} = {
  data: { name: 'fashion', digest: digest('other'), train: 999, test: 199, split: 'stratified' },
  engine: { runtime: 'eager', version: '2', device: 'cuda', threads: 2 },
}
test.each(
  (['data', 'engine'] as const).flatMap((part) =>
    Object.entries(identities[part]).map(([field, value]) => ({ part, field, value })),
  ),
)('another $part.$field is another key of all that reads it', ({ part, field, value }) => {
  const change: Change = { input: { [part]: { ...{ data, engine }[part], [field]: value } } }
  const told = kindsTold(plan(filters), plan(filters, change), ({ document }) => document[part])
  expect(told).toEqual(readers(part, 'rest'))
})

const plugin: { readonly [F in keyof Required<PluginIdentity>]: PluginIdentity[F] } = {
  name: 'other',
  digest: digest('edited'),
  reads: { 'env WIDTH': 'abc' },
}
test.each(Object.entries(plugin))('another %s of a plugin is another key of what runs it', (field, value) => {
  const edited = (known: PluginIdentity) => ({ plugin: { ...known, [field]: value } })
  for (const [role, change] of [
    ['model', { input: { model: edited(model).plugin } }],
    ['criterion', { criterion: edited(criterion('repaired').plugin) }],
    ['search', { search: edited(sa.plugin) }],
  ] satisfies readonly (readonly [string, Change])[]) {
    const partOf = ({ document }: Unit) => document.plugins[role]
    expect(kindsTold(plan(filters), plan(filters, change), partOf)).toEqual(readers(role, 'plugins'))
  }
})

test('another seed is another key of all that draws numbers', () => {
  const seeds = kindsTold(
    plan(filters),
    plan(filters, { suite: { seeds: [2] } }),
    ({ document }) => document.seed,
  )
  expect(seeds).toEqual(readers('seed', 'rest'))
})

/** The units whose results each signal is. */
const sources: Readonly<Record<SignalName, Readonly<Record<string, UnitKind>>>> = {
  weights: { weights: 'pretrain' },
  initialWeights: { initialWeights: 'init' },
  trainedWeights: { trainedWeights: 'train' },
  gradients: { gradients: 'signals' },
  noise: {},
  scales: { weights: 'pretrain' },
  trainedScales: { trainedWeights: 'train' },
}
test.each(signalNames)('scores that need %s read it, and nothing else', (signal) => {
  const one = plan({ criterion: { needs: [signal] } })
  const { document } = unitsOf(one, 'scores')[0] ?? expect.fail()
  const found = Object.entries(document.inputs).map(([role, key]) => [role, one.units.get(key)?.kind])
  expect(Object.fromEntries(found)).toEqual(sources[signal])
  expect(document.seed).toBe(signal === 'noise' ? 1 : null)
})

/** All documents in which one leaf is another. */
function altered(value: Json): Json[] {
  if (Array.isArray(value)) {
    const items = value as readonly Json[]
    return items.flatMap((item, i) => altered(item).map((other) => items.with(i, other) as Json))
  }
  if (typeof value !== 'object' || value === null) return [`not ${JSON.stringify(value)}`]
  const fields = value as JsonObject
  return Object.entries(fields).flatMap(([name, item]) =>
    altered(item).map((other) => ({ ...fields, [name]: other })),
  )
}

const optimizers: readonly OptimizerSettings[] = [adadelta(), sgd(), adam()]
const schedules: readonly ScheduleSettings[] = [cosine, { name: 'steps', at: [1, 2], factor: 0.1 }]
test.each(optimizers)('every leaf of a document counts, its order does not: $name', (optimizer) => {
  const plans = schedules.map((schedule) =>
    plan(filters, { training: { optimizer, schedule, loss: 'double-softmax' } }),
  )
  const keyOf = (kind: UnitKind, parts: unknown) =>
    unitOf(kind, parts as Omit<Unit['document'], 'schema' | 'kind'>, { label: '', weight: 1 }).key
  for (const { key, kind, document } of plans.flatMap(({ units }) => [...units.values()])) {
    const { settings: of, inputs, plugins, data: images, engine: by, seed } = document
    const parts = { settings: of, inputs, plugins, data: images, engine: by, seed }
    const others = altered(parts as unknown as Json).map((other) => keyOf(kind, other))
    expect(new Set([key, ...others]).size).toBe(1 + others.length)
    expect(keyOf(kind, Object.fromEntries(Object.entries(parts).reverse()))).toBe(key)
  }
})
