import type { DatasetSource } from '../values/dataset.ts'
import { normalShare } from '../values/share.ts'
import { checkCriterion, checkDataset, checkModel, checkSearch, checkSuite } from './check.ts'
import type { Criterion, CriterionDefinition, Options, SignalName, Signals } from './criterion.ts'
import type { Model, ModelDefinition } from './model.ts'
import type { Search, SearchContext, SearchDefinition } from './search.ts'
import type { Suite, SuiteDefinition, SuiteSettings } from './suite.ts'

/** What a criterion or search without options has. */
type NoOptions = Readonly<Record<string, never>>

const made = new WeakSet()

/** Whether a `define…` function returned this very object: one that was written or changed by hand was never checked. */
export function isDefined(plugin: object): boolean {
  return made.has(plugin)
}

function defined<T extends object>(plugin: T): T {
  made.add(plugin)
  return plugin
}

/** A data set of the user's own, discovered in the project's `datasets/` folder. */
export interface DatasetPlugin extends DatasetSource {
  readonly kind: 'dataset'
}

/** Declares a pruning criterion: the default export of a file in `criteria/`, whose name is the criterion's. */
export function defineCriterion<N extends SignalName, O extends Options = NoOptions>(
  definition: CriterionDefinition<N, O>,
): Criterion {
  checkCriterion(definition)
  const { name, summary, needs, scope = 'global', options = {}, ignoredReads = [], score } = definition
  return defined({
    kind: 'criterion',
    name,
    summary,
    needs,
    scope,
    options,
    ignoredReads,
    // The planner provides every signal in `needs`, and options of the types of the defaults.
    score: score as unknown as (signals: Signals, options: Options) => ReturnType<typeof score>,
  })
}

/** Declares a search for masks: the default export of a file in `criteria/`, used in suites like a criterion. */
export function defineSearch<O extends Options = NoOptions>(definition: SearchDefinition<O>): Search {
  checkSearch(definition)
  const { name, summary, options = {}, ignoredReads = [], search } = definition
  return defined({
    kind: 'search',
    name,
    summary,
    options,
    ignoredReads,
    search: search as unknown as (context: SearchContext<Options>) => ReturnType<typeof search>,
  })
}

/** Declares a network: the default export of a file in `models/`. */
export function defineModel(definition: ModelDefinition): Model {
  checkModel(definition)
  return defined({ ...definition, kind: 'model', buffers: definition.buffers ?? [] })
}

/** Declares a data set: the default export of a file in `datasets/`. */
export function defineDataset(source: DatasetSource): DatasetPlugin {
  checkDataset(source)
  return defined({ ...source, kind: 'dataset' })
}

/** Declares a suite: the default export of a file named `*.suite.ts`. */
export function defineSuite(definition: SuiteDefinition): Suite {
  checkSuite(definition)
  const {
    summary,
    exclude = () => false,
    profiles = {},
    k = [0],
    scoringBatch = 64,
    searchSet = 2000,
    split = 'stratified',
    control = true,
    granularity = 'weight',
    kUnit = 'iterations',
    latencyBatch = null,
    jacobian = null,
    merit = 'last',
    assertions = [],
    ...rest
  } = definition
  return defined({
    kind: 'suite',
    summary,
    exclude,
    profiles: Object.fromEntries(
      Object.entries(profiles).map(([name, changes]) => [name, withNormalSparsities(changes)]),
    ),
    settings: withNormalSparsities({
      ...rest,
      granularity,
      k,
      kUnit,
      scoringBatch,
      searchSet,
      split,
      control,
      latencyBatch,
      jacobian,
      merit,
      assertions,
    }),
  })
}

/** Sparsities that print alike are one number, in the matrix, in keys and for `exclude`. */
function withNormalSparsities<S extends Partial<SuiteSettings>>(settings: S): S {
  const { sparsities } = settings
  return sparsities === undefined ? settings : { ...settings, sparsities: sparsities.map(normalShare) }
}
