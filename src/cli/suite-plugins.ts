import type { WorkerSetup } from '../execute/index.ts'
import type { PlannedCriterion } from '../plan/index.ts'
import type {
  Criterion,
  CriterionUse,
  DatasetPlugin,
  Model,
  Options,
  Search,
  SuiteSettings,
} from '../plugin/index.ts'
import { Problem } from '../values/problem.ts'
import { load, type Loaded } from './load.ts'
import { discoverPlugins, findPlugin, unknownName } from './project.ts'

/** The plugins that a suite names, loaded and set as it wants them. */
export interface SuitePlugins {
  readonly model: Loaded<Model>
  readonly criteria: readonly PlannedCriterion[]
  /** The project's own data sets by name. */
  readonly datasets: Readonly<Record<string, Loaded<DatasetPlugin>>>
  /** Where workers find them. */
  readonly bundled: WorkerSetup['plugins']
  /** All files that they are made from. */
  readonly sources: readonly string[]
  /** The source file of each criterion, by the label that the suite gives it. */
  readonly criterionFiles: ReadonlyMap<string, string>
}

type Any = Model | Criterion | Search | DatasetPlugin

/** Finds, bundles and imports the plugins of a suite. Throws a `Problem` naming the first that is unknown or wrong. */
export async function loadPlugins(
  settings: SuiteSettings,
  root: string,
  folder: string,
): Promise<SuitePlugins> {
  const plugins = discoverPlugins(root)
  const uses = settings.criteria.map((use): CriterionUse =>
    typeof use === 'string' ? { criterion: use } : use,
  )
  const data = settings.data.map((use) => (typeof use === 'string' ? use : use.name))
  const named = [
    findPlugin(plugins, 'model', settings.model),
    ...[...new Set(uses.map((use) => use.criterion))].map((name) => findPlugin(plugins, 'criterion', name)),
    ...plugins.filter(({ kind, name }) => kind === 'dataset' && data.includes(name)),
  ]
  const loaded = await load<Any>(named, root, folder)
  const byName = new Map(named.map(({ kind, name }, i) => [`${kind}/${name}`, loaded[i] as Loaded<Any>]))
  return {
    model: byName.get(`model/${settings.model}`) as Loaded<Model>,
    criteria: uses.map((use) =>
      planned(use, byName.get(`criterion/${use.criterion}`) as Loaded<Criterion | Search>),
    ),
    datasets: Object.fromEntries(
      named
        .filter(({ kind }) => kind === 'dataset')
        .map(({ name }) => [name, byName.get(`dataset/${name}`) as Loaded<DatasetPlugin>]),
    ),
    bundled: named.map(({ kind, name }) => ({
      kind,
      name,
      file: (byName.get(`${kind}/${name}`) as Loaded<Any>).bundle.file,
    })),
    sources: loaded.flatMap(({ bundle }) => bundle.inputs),
    criterionFiles: new Map(
      uses.map(({ label, criterion }) => [
        label ?? criterion,
        (byName.get(`criterion/${criterion}`) as Loaded<Any>).bundle.source,
      ]),
    ),
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
  if (value.kind === 'criterion' && use.searchSet !== undefined) {
    throw new Problem('usage', `${use.criterion} is no search: it has no searchSet`, {
      hint: 'leave searchSet out',
    })
  }
  if (value.kind === 'criterion' && use.searchSeeds !== undefined) {
    throw new Problem('usage', `${use.criterion} is no search: its mask is the same each time`, {
      hint: 'leave searchSeeds out',
    })
  }
  if (value.kind === 'criterion' && use.evaluation !== undefined) {
    throw new Problem('usage', `${use.criterion} is no search: it evaluates no masks`, {
      hint: 'leave evaluation out',
    })
  }
  return {
    label: use.label ?? use.criterion,
    plugin: { name: use.criterion, digest: bundle.digest },
    kind: value.kind,
    needs: value.kind === 'search' ? [] : value.needs,
    scope: value.kind === 'search' ? 'global' : (use.scope ?? value.scope),
    options: withOptions(use.criterion, value.options, use.options ?? {}),
    k: use.k,
    searchSeeds: use.searchSeeds,
    searchSet: use.searchSet,
    precision: use.evaluation?.precision ?? 'float32',
    reinitialise: use.reinitialise ?? false,
    repair: use.repair ?? null,
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
