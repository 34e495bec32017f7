import { join } from 'node:path'
import { builtinDatasets, chooseDataset, type ChosenDataset } from '../datasets/index.ts'
import type { WorkerSetup } from '../execute/index.ts'
import {
  buildPlan,
  checkFit,
  checkMatrix,
  type DataIdentity,
  type EngineIdentity,
  type Plan,
  type PlannedCriterion,
} from '../plan/index.ts'
import type {
  Criterion,
  CriterionUse,
  DatasetPlugin,
  Model,
  Options,
  Search,
  Suite,
  SuiteSettings,
} from '../plugin/index.ts'
import type { RunIdentity } from '../results/index.ts'
import { createRuntime } from '../runtime/index.ts'
import type { DataAccess, DatasetSource } from '../values/dataset.ts'
import { canonicalJson } from '../values/canonical-json.ts'
import { digest } from '../values/digest.ts'
import { sizeOf } from '../values/host-tensor.ts'
import { Problem } from '../values/problem.ts'
import { cacheFolder, userDataFolder, type Environment } from './environment.ts'
import { load, type Loaded } from './load.ts'
import { discoverPlugins, findPlugin, findSuite, unknownName, type PluginFile } from './project.ts'
import { version } from './version.ts'

/** What the command line says about how a suite is to be run. */
export interface SuiteRequest {
  readonly suite: string
  readonly profile: string | undefined
  readonly seeds: readonly number[] | undefined
  readonly runtime: string
  readonly device: string
  readonly threads: number
  /** The store's folder. */
  readonly store: string
  readonly download: DataAccess['download']
  readonly report?: NonNullable<DataAccess['report']>
}

/** A suite, resolved: everything known before the first unit runs. */
export interface Prepared {
  readonly suite: string
  readonly plan: Plan
  readonly settings: SuiteSettings
  readonly identity: RunIdentity
  readonly setup: WorkerSetup
  readonly data: ChosenDataset & { readonly access: DataAccess }
}

/** Finds and loads the suite and what it names, chooses the data set, and plans the matrix. */
export async function prepare(request: SuiteRequest, env: Environment): Promise<Prepared> {
  const root = env.cwd
  const bundles = join(request.store, 'bundles')
  const suiteFile = findSuite(root, request.suite)
  const plugins = discoverPlugins(root)
  const [suite] = (await load<Suite>([suiteFile.file], ['suite'], root, bundles)) as [Loaded<Suite>]
  const { profile, settings } = withProfile(suite.value, request.profile, request.seeds)
  const uses = settings.criteria.map((use): CriterionUse =>
    typeof use === 'string' ? { criterion: use } : use,
  )

  const named: PluginFile[] = [
    findPlugin(plugins, 'model', settings.model),
    ...new Map(uses.map((use) => [use.criterion, findPlugin(plugins, 'criterion', use.criterion)])).values(),
    ...plugins.filter((plugin) => plugin.kind === 'dataset'),
  ]
  const loaded = await load<Model | Criterion | Search | DatasetPlugin>(
    named.map((plugin) => plugin.file),
    ['model', 'criterion', 'search', 'dataset'],
    root,
    bundles,
  )
  const byName = new Map(
    named.map((plugin, i) => [
      `${plugin.kind}/${plugin.name}`,
      loaded[i] as Loaded<Model | Criterion | Search | DatasetPlugin>,
    ]),
  )

  const model = byName.get(`model/${settings.model}`) as Loaded<Model>
  const criteria = uses.map((use) =>
    planned(use, byName.get(`criterion/${use.criterion}`) as Loaded<Criterion | Search>),
  )
  checkMatrix(settings, criteria)

  const access: DataAccess = {
    userFolder: userDataFolder(env.env),
    cacheFolder: cacheFolder(env.env),
    download: request.download,
    ...(request.report ? { report: request.report } : {}),
  }
  const sources: Record<string, DatasetSource> = { ...builtinDatasets }
  for (const plugin of named) {
    if (plugin.kind === 'dataset')
      sources[plugin.name] = (byName.get(`dataset/${plugin.name}`) as Loaded<DatasetPlugin>).value
  }
  const chosen = await chooseDataset(
    settings.data.map((use) => (typeof use === 'string' ? { name: use } : use)),
    sources,
    access,
  )
  const data = dataIdentity(chosen)
  checkFit(settings, model.value, chosen.source.description, data)

  const engine = await engineOf(request)
  const identities = { model: { name: settings.model, digest: model.bundle.digest } }
  const plan = buildPlan({
    settings,
    exclude: suite.value.exclude,
    model: identities.model,
    weights: model.value.parameters.filter((p) => p.maskable).reduce((n, p) => n + sizeOf(p.shape), 0),
    criteria,
    data,
    engine,
  })
  return {
    suite: suiteFile.name,
    plan,
    settings,
    identity: {
      suite: suiteFile.name,
      summary: suite.value.summary,
      profile,
      model: identities.model,
      data: { ...data, origin: chosen.located.origin, passedOver: chosen.passedOver },
      engine,
      training: settings.training,
      searchSet: settings.searchSet,
      versions: { 'prune-bench': version(), node: process.versions.node },
    },
    setup: {
      store: request.store,
      plugins: named.map((plugin, i) => ({
        kind: plugin.kind,
        name: plugin.name,
        file: (loaded[i] as Loaded<Model>).bundle.file,
      })),
      runtime: { runtime: engine.runtime, device: engine.device, threads: request.threads },
      data: { userFolder: access.userFolder ?? null, cacheFolder: access.cacheFolder },
    },
    data: { ...chosen, access },
  }
}

/** The content's digest says nothing about shape and normalisation, which change results too. */
function dataIdentity({ name, size, source, located }: ChosenDataset): DataIdentity {
  const { shape, classes, mean, std } = source.description
  const identity = digest(canonicalJson({ content: located.digest, shape, classes, mean, std }))
  return { name, digest: identity, ...size }
}

function withProfile(
  suite: Suite,
  wanted: string | undefined,
  seeds: readonly number[] | undefined,
): { profile: string; settings: SuiteSettings } {
  const names = Object.keys(suite.profiles)
  const profile = wanted ?? names[0] ?? 'default'
  if (wanted !== undefined && !names.includes(wanted)) throw unknownName('profile', wanted, names, 'profiles')
  return {
    profile,
    settings: { ...suite.settings, ...suite.profiles[profile], ...(seeds === undefined ? {} : { seeds }) },
  }
}

function planned(use: CriterionUse, { value, bundle }: Loaded<Criterion | Search>): PlannedCriterion {
  if (value.name !== undefined && value.name !== use.criterion) {
    throw new Problem('usage', `the criterion in ${use.criterion}.ts calls itself ${value.name}`, {
      hint: 'leave name out, or give the file the same name',
      place: { file: bundle.source },
    })
  }
  if (value.kind === 'search' && use.scope !== undefined) {
    throw new Problem('usage', `${use.criterion} is a search: it has no scope`, { hint: 'leave scope out' })
  }
  return {
    label: use.label ?? use.criterion,
    plugin: { name: use.criterion, digest: bundle.digest },
    kind: value.kind,
    needs: value.kind === 'search' ? [] : value.needs,
    scope: value.kind === 'search' ? 'global' : (use.scope ?? value.scope),
    options: withOptions(use.criterion, value.options, use.options ?? {}),
    k: use.k,
  }
}

function withOptions(criterion: string, defaults: Options, chosen: Options): Options {
  for (const [name, value] of Object.entries(chosen)) {
    const standard = defaults[name]
    if (standard === undefined)
      throw unknownName(`option of ${criterion}`, name, Object.keys(defaults), `${criterion}'s options`)
    if (typeof standard !== typeof value) {
      throw new Problem(
        'usage',
        `the option ${name} of ${criterion} is ${JSON.stringify(value)}, not a ${typeof standard}`,
        {
          hint: `its default is ${JSON.stringify(standard)}`,
        },
      )
    }
  }
  return { ...defaults, ...chosen }
}

/** The engine that workers will use: started here once, so that a missing one is told before anything runs. */
async function engineOf({ runtime, device, threads }: SuiteRequest): Promise<EngineIdentity> {
  const chosen = oneOf('runtime', runtime, ['auto', 'onnx', 'tensorflow', 'wasm', 'cpu'] as const)
  const started = await createRuntime({
    runtime: chosen,
    device: oneOf('device', device, ['auto', 'cpu', 'gpu'] as const),
    threads,
  })
  await started.dispose()
  return started.engine
}

function oneOf<T extends string>(what: string, given: string, known: readonly T[]): T {
  const found = known.find((name) => name === given)
  if (found === undefined) throw unknownName(what, given, known, `the list of ${what}s`)
  return found
}
