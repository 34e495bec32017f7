import { networkCost } from '../analyses/index.ts'
import { builtinDatasets, type ChosenDataset } from '../datasets/index.ts'
import type { WorkerSetup } from '../execute/index.ts'
import {
  buildPlan,
  checkFit,
  checkPrecision,
  checkMatrix,
  type DataIdentity,
  searchSetOf,
  type Plan,
  type PlannedCriterion,
} from '../plan/index.ts'
import { structureOf, type Model, type Suite, type SuiteSettings } from '../plugin/index.ts'
import type { SearchUse } from '../preflight/index.ts'
import type { CriterionReport, RunIdentity } from '../results/index.ts'
import { canonicalJson } from '../values/canonical-json.ts'
import type { DataAccess, Split } from '../values/dataset.ts'
import { digest } from '../values/digest.ts'
import type { Merit } from '../values/merit.ts'
import { checkAssertions, type SuiteCoordinates } from '../verdict/index.ts'
import { baselineFileOf } from './baseline-file.ts'
import { checkFilters } from './check-filters.ts'
import { chooseData, type DataRequest } from './choose-data.ts'
import { bundleFolder, cacheFolder, userDataFolder, type Environment } from './environment.ts'
import { engineOf } from './gpu/engine-of.ts'
import { load, type Loaded } from './load.ts'
import { machineName } from './machine.ts'
import { withPlaces } from './place.ts'
import { findSuite, unknownName } from './project.ts'
import { loadPlugins } from './suite-plugins.ts'
import { togetherOn } from './together.ts'
import { version } from './version.ts'

/** What the command line says about how a suite is to be run. */
export interface SuiteRequest extends DataRequest {
  readonly suite: string
  readonly profile: string | undefined
  readonly seeds: readonly number[] | undefined
  readonly runtime: string
  readonly device: string
  readonly threads: number
  /** How many units one process is to compute at the same time, where the engine can do that. */
  readonly together: number | undefined
  /** The store's folder. */
  readonly store: string
  readonly download: DataAccess['download']
  /** Whether `--device auto` may train for some seconds to find the faster device. */
  readonly mayMeasure?: boolean
  /** Whether other machines compute other parts of it, and must choose the same device. */
  readonly sharded?: boolean
  readonly report?: NonNullable<DataAccess['report']>
}

/** A suite, resolved: everything known before the first unit runs. */
export interface Prepared {
  readonly suite: string
  /** The committed file of what was accepted of the suite's results, whether it is there or not. */
  readonly baselineFile: string
  readonly plan: Plan
  /** What a user should know of the device that was chosen. */
  readonly notes: readonly string[]
  /** Whether that device was chosen, and is not only what was left. */
  readonly settled: boolean
  readonly settings: SuiteSettings
  readonly identity: RunIdentity
  readonly model: Model
  readonly searches: readonly SearchUse[]
  readonly setup: WorkerSetup
  /** How many units that use the engine one process computes at the same time; undefined where every core has one. */
  readonly together: number | undefined
  readonly data: ChosenDataset & { readonly access: DataAccess }
  /** All files that the suite and its plugins are made from, or that these read. */
  readonly sources: readonly string[]
  readonly suiteFile: string
  /** The source file of each criterion, by its label. */
  readonly criterionFiles: ReadonlyMap<string, string>
}

/** Finds and loads the suite and what it names, chooses the data set, and plans the matrix. */
export async function prepare(request: SuiteRequest, env: Environment): Promise<Prepared> {
  const { root } = env
  const bundles = bundleFolder(env.env)
  const suiteFile = findSuite(env, request.suite)
  const [suite] = (await load<Suite>([{ kind: 'suite', file: suiteFile.file }], root, bundles)) as [
    Loaded<Suite>,
  ]
  const { profile, settings } = withProfile(suite.value, request.profile, request.seeds)
  const plugins = await withPlaces(suiteFile.file, async () => {
    const found = await loadPlugins(settings, root, bundles)
    checkMatrix(settings, found.criteria)
    // A criterion that is not there is told as such, not by an assertion about it.
    checkAssertions(settings.assertions, coordinatesOf(suite.value, settings.merit))
    return found
  })
  const { model, searches, datasets, criterionFiles } = plugins

  const access: DataAccess = {
    userFolder: userDataFolder(env.env),
    cacheFolder: cacheFolder(env.env),
    download: request.download,
    ...(request.report ? { report: request.report } : {}),
  }
  const own = Object.entries(datasets)
  const chosen = await chooseData(
    settings.data,
    request,
    { ...builtinDatasets, ...Object.fromEntries(own.map(([name, { value }]) => [name, value])) },
    access,
    env,
  )
  const data = dataIdentity(chosen, datasets[chosen.name]?.bundle.digest, settings.split)
  await withPlaces(suiteFile.file, () => {
    checkFit(settings, model.value, plugins.criteria, chosen.source.description, data)
    checkFilters(settings, model, plugins.criteria)
  })
  const pass = passOf(model.value)
  const { model: modelIdentity, criteria, bundled, sources } = plugins.settle()

  const { engine, settled, notes } = await engineOf(request, env, {
    suite: suiteFile.name,
    profile,
    settings,
    model,
    data: { ...chosen.source.description, size: chosen.size },
  })
  const { together, stacked } = togetherOn(engine, request.together)
  await withPlaces(suiteFile.file, () => checkPrecision(criteria, engine))
  const plan = buildPlan({
    settings,
    exclude: suite.value.exclude,
    model: modelIdentity,
    pass,
    criteria,
    data,
    engine,
    machine: machineName(),
  })
  return {
    suite: suiteFile.name,
    baselineFile: baselineFileOf(suiteFile, root),
    plan,
    notes,
    settled,
    settings,
    identity: {
      suite: suiteFile.name,
      summary: suite.value.summary,
      profile,
      model: modelIdentity,
      data: { ...data, origin: chosen.located.origin, passedOver: chosen.passedOver },
      engine,
      training: settings.training,
      criteria: criteria.map((criterion) => criterionReport(criterion, settings, data)),
      scoringBatch: settings.scoringBatch,
      granularity: settings.granularity,
      kUnit: settings.kUnit,
      merit: settings.merit,
      filter: null,
      shard: null,
      plannedCells: plan.cells.length,
      versions: { 'prune-bench': version(), node: process.versions.node },
    },
    model: model.value,
    searches,
    setup: {
      store: request.store,
      project: root,
      plugins: bundled,
      runtime: { runtime: engine.runtime, device: engine.device, threads: request.threads, stacked },
      data: { userFolder: access.userFolder ?? null, cacheFolder: access.cacheFolder },
    },
    together,
    data: { ...chosen, access },
    sources: [...new Set([...suite.bundle.inputs, ...sources])],
    suiteFile: suiteFile.file,
    criterionFiles,
  }
}

/** What cells of any of the suite's profiles can have. */
function coordinatesOf({ settings, profiles }: Suite, merit: Merit): SuiteCoordinates {
  const all = [settings, ...Object.values(profiles)]
  const uses = all
    .flatMap(({ criteria = [] }) => criteria)
    .map((use) => (typeof use === 'string' ? { criterion: use } : use))
  return {
    criterion: [...new Set(uses.map((use) => use.label ?? use.criterion))],
    sparsity: [...new Set(all.flatMap(({ sparsities = [] }) => sparsities))],
    k: [...new Set([...all.flatMap(({ k = [] }) => k), ...uses.flatMap((use) => use.k ?? [])])],
    merit,
  }
}

/** Multiply-adds of a forward pass as far as the model tells; else a number for each parameter. */
function passOf(model: Model): number {
  const cost = networkCost({
    tensors: Object.fromEntries([...model.parameters, ...model.buffers].map((spec) => [spec.name, spec])),
    parameters: model.parameters.map(({ name }) => name),
    operations: model.wire === undefined ? [] : structureOf(model).operations,
  })
  return model.wire === undefined ? cost.parameters : cost.macs
}

function criterionReport(
  {
    label,
    plugin,
    kind,
    needs,
    scope,
    options,
    searchSet,
    precision,
    reinitialise,
    repair,
  }: PlannedCriterion,
  settings: SuiteSettings,
  data: DataIdentity,
): CriterionReport {
  return {
    label,
    plugin,
    kind,
    needs,
    scope,
    options,
    searchSet: searchSetOf(searchSet, settings, data),
    ...(precision === 'float32' ? {} : { precision }),
    reinitialise,
    repair,
  }
}

/** The content's digest says nothing about shape and normalisation, nor of the code of a project's own data set. */
function dataIdentity(
  { name, size, source, located }: ChosenDataset,
  code: string | undefined,
  split: Split,
): DataIdentity {
  const { shape, classes, mean, std } = source.description
  const identity = digest(
    canonicalJson({
      content: located.digest,
      shape,
      classes,
      mean,
      std,
      ...(code === undefined ? {} : { code }),
    }),
  )
  return { name, digest: identity, ...size, ...(split === 'first' ? {} : { split }) }
}

function withProfile(
  suite: Suite,
  wanted: string | undefined,
  seeds: readonly number[] | undefined,
): { profile: string; settings: SuiteSettings } {
  // A suite without profiles has one, of this name.
  const [first = 'default', ...others] = Object.keys(suite.profiles)
  const names = [first, ...others]
  const profile = wanted ?? first
  if (!names.includes(profile)) throw unknownName('profile', profile, names, 'profiles')
  const stated: Readonly<Record<string, unknown>> = suite.profiles[profile] ?? {}
  const changes = Object.entries(stated).filter(([, value]) => value !== undefined)
  return {
    profile,
    settings: {
      ...suite.settings,
      ...Object.fromEntries(changes),
      ...(seeds === undefined ? {} : { seeds }),
    },
  }
}
