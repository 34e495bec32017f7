import type { DataIdentity } from '../plan/types.ts'
import { openBundle, type OpenBundle } from '../reads/index.ts'
import type { ArtifactStore } from '../store/types.ts'
import type { UnitContext } from '../units/types.ts'
import type { DataAccess, Dataset, DatasetSource } from '../values/dataset.ts'
import { Problem } from '../values/problem.ts'
import { bindData } from './bind-data.ts'
import type { Company } from './company.ts'
import type { WorkerSetup } from './types.ts'

export type Runtime = Awaited<ReturnType<UnitContext['runtime']>>
export type PluginKind = WorkerSetup['plugins'][number]['kind']

/** A data set as a unit's key names it. */
export interface DatasetRequest extends DataIdentity {
  /** The user's own data set of that name, if there is one; otherwise it is a built-in one. */
  readonly source: DatasetSource | undefined
  readonly access: DataAccess
}

/** How a worker gets what its layer may not make itself. */
export interface WorkerDoors {
  /** The runtime of a process whose units may use it at the same time. */
  readonly runtime: (choice: WorkerSetup['runtime'], company: Company) => Promise<Runtime>
  /** The data set, checked against the digest. */
  readonly dataset: (request: DatasetRequest) => Promise<Dataset>
}

/** What is loaded once and kept between units. */
export interface WorkerResources {
  runtime(): Promise<Runtime>
  dataset(identity: DataIdentity): Promise<Dataset>
  /** The default export of a plugin's bundle. */
  plugin(kind: PluginKind, name: string): Promise<unknown>
  /** Why nothing can be relied on that a plugin gives; undefined where it read only what it may. */
  violation(kind: PluginKind, name: string): Problem | undefined
}

/** Loads runtime, data sets and plugins when they are first asked for. Of data sets it keeps the last one. */
export function workerResources(
  setup: WorkerSetup,
  store: Pick<ArtifactStore, 'bindings'>,
  doors: WorkerDoors,
  company: Company,
): WorkerResources {
  const { userFolder, cacheFolder } = setup.data
  const access: DataAccess = { userFolder: userFolder ?? undefined, cacheFolder, download: 'never' }
  const runtime = remembered(() => doors.runtime(setup.runtime, company))
  let data: { readonly identity: string; readonly load: () => Promise<Dataset> } | undefined

  function opened(kind: PluginKind, name: string): OpenBundle | undefined {
    const found = pluginOf(setup, kind, name)
    if (found === undefined) return undefined
    const { file, reads: allowed } = found
    const bundle = openBundle(file, {
      root: setup.project,
      recorded: allowed === undefined ? undefined : `${kind} ${name}`,
    })
    if (allowed !== undefined) bundle.reads?.expect(allowed)
    return bundle
  }

  async function plugin(kind: PluginKind, name: string): Promise<unknown> {
    const bundle = opened(kind, name)
    if (bundle === undefined) throw new Error(`The worker was not given a ${kind} "${name}"`)
    const module = (await import(bundle.url)) as { default?: unknown }
    if (module.default === undefined)
      throw new Problem('usage', `The ${kind} "${name}" has no default export.`, {
        hint: `Its file must say: export default define${kind[0]?.toUpperCase()}${kind.slice(1)}(…).`,
      })
    return module.default
  }

  return {
    runtime,
    plugin,
    violation: (kind, name) => opened(kind, name)?.reads?.violation,
    dataset(identity) {
      const { name, digest, train, test, split } = identity
      const text = JSON.stringify([name, digest, train, test, split])
      if (data?.identity !== text) {
        const load = remembered(async () => {
          const own = pluginOf(setup, 'dataset', identity.name) !== undefined
          const source = own ? ((await plugin('dataset', identity.name)) as DatasetSource) : undefined
          const dataset = await doors.dataset({ ...identity, source, access })
          await bindData(store, identity, dataset)
          return dataset
        })
        data = { identity: text, load }
      }
      return data.load()
    },
  }
}

function pluginOf({ plugins }: WorkerSetup, kind: PluginKind, name: string) {
  return plugins.find((plugin) => plugin.kind === kind && plugin.name === name)
}

/** Makes a value once; a failure is not remembered. */
function remembered<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return async () => {
    made ??= make()
    try {
      return await made
    } catch (error) {
      made = undefined
      throw error
    }
  }
}
