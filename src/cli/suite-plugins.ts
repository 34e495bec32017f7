import type { WorkerSetup } from '../execute/index.ts'
import type { PlannedCriterion, PluginIdentity } from '../plan/index.ts'
import type {
  Criterion,
  CriterionUse,
  DatasetPlugin,
  Model,
  Options,
  Search,
  SuiteSettings,
} from '../plugin/index.ts'
import type { SearchUse } from '../preflight/index.ts'
import { Problem } from '../values/problem.ts'
import { load, type Loaded } from './load.ts'
import { discoverPlugins, findPlugin, unknownName } from './project.ts'

/** The plugins that a suite names, loaded and set as it wants them. */
export interface SuitePlugins {
  readonly model: Loaded<Model>
  readonly criteria: readonly PlannedCriterion[]
  /** Those of the criteria that are searches, as the suite uses them. */
  readonly searches: readonly SearchUse[]
  /** The project's own data sets by name. */
  readonly datasets: Readonly<Record<string, Loaded<DatasetPlugin>>>
  /**
   * Ends the recording of what they read: what a plugin read until now is part of its identity, anything else is refused
   * from now on. Throws a `Problem` where one read what no key can hold.
   */
  readonly settle: () => SettledPlugins
  /** The source file of each criterion, by the label that the suite gives it. */
  readonly criterionFiles: ReadonlyMap<string, string>
}

/** Plugins with all that identifies them. */
export interface SettledPlugins {
  readonly model: PluginIdentity
  readonly criteria: readonly PlannedCriterion[]
  /** Where workers find them. */
  readonly bundled: WorkerSetup['plugins']
  /** All files that they are made from, or that they read. */
  readonly sources: readonly string[]
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
  const found = (kind: string, name: string) => byName.get(`${kind}/${name}`) as Loaded<Any>
  const criteria = uses.map((use) =>
    planned(use, found('criterion', use.criterion) as Loaded<Criterion | Search>),
  )
  const searches = uses.flatMap(({ criterion }, i): SearchUse[] => {
    const { value } = found('criterion', criterion)
    const { label, options } = criteria[i] as PlannedCriterion
    return value.kind === 'search' ? [{ search: value, label, options, sparsities: settings.sparsities }] : []
  })
  return {
    model: found('model', settings.model) as Loaded<Model>,
    criteria,
    searches,
    settle() {
      const allowed = new Map(loaded.map((one) => [one, one.reads?.settle(ignoredBy(one.value))]))
      const identityOf = (name: string, one: Loaded<Any>): PluginIdentity => {
        const reads = allowed.get(one)?.reads ?? {}
        return { name, digest: one.bundle.digest, ...(Object.keys(reads).length === 0 ? {} : { reads }) }
      }
      return {
        model: identityOf(settings.model, found('model', settings.model)),
        criteria: criteria.map((one) => ({
          ...one,
          plugin: identityOf(one.plugin.name, found('criterion', one.plugin.name)),
        })),
        bundled: named.map(({ kind, name }) => {
          const reads = allowed.get(found(kind, name))
          return { kind, name, file: found(kind, name).bundle.file, ...(reads && { reads }) }
        }),
        sources: loaded.flatMap(({ bundle, reads }) => [...bundle.inputs, ...(reads?.files ?? [])]),
      }
    },
    datasets: Object.fromEntries(
      named
        .filter(({ kind }) => kind === 'dataset')
        .map(({ name }) => [name, found('dataset', name) as Loaded<DatasetPlugin>]),
    ),
    criterionFiles: new Map(
      uses.map(({ label, criterion }) => [label ?? criterion, found('criterion', criterion).bundle.source]),
    ),
  }
}

function ignoredBy(plugin: Any): readonly string[] {
  return 'ignoredReads' in plugin ? (plugin.ignoredReads ?? []) : []
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
