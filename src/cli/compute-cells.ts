import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { builtinDatasets, checkClasses, loadChecked } from '../datasets/index.ts'
import {
  bindData,
  recordEvents,
  resolve,
  runPlan,
  type RunOutcome,
  type RunPlanOptions,
} from '../execute/index.ts'
import { goalsOf, type PlannedCell } from '../plan/index.ts'
import { openJournal, type ArtifactStore } from '../store/index.ts'
import type { Digest } from '../values/digest.ts'
import { Problem } from '../values/problem.ts'
import { checkPlugins } from './check-plugins.ts'
import type { Prepared } from './prepare.ts'
import { packageRoot } from './project.ts'
import { forgetEarlierReruns } from './recorded-runs.ts'

/** How cells are computed, besides what the suite says. */
export type Computing = Omit<
  RunPlanOptions,
  'plan' | 'goals' | 'store' | 'setup' | 'workerFile' | 'together'
> & {
  /** Whether results replace stored ones of the same key that differ from them. */
  readonly replace?: boolean
  /** Units to compute; all that the cells need where absent. */
  readonly goals?: readonly Digest[]
}

/** Computes what the store lacks of some cells in worker processes, and journals it. */
export async function computeCells(
  prepared: Prepared,
  cells: readonly PlannedCell[],
  store: ArtifactStore,
  { onEvent, goals = goalsOf(cells), replace = false, ...computing }: Computing,
): Promise<RunOutcome> {
  const workerFile = workerFileOf()
  await checkParts(prepared, goals, store, computing.anew)
  const id = runId()
  const journal = openJournal<object>(prepared.setup.store, id)
  const record = recordEvents(journal)
  try {
    journal.append(
      {
        type: 'run',
        identity: prepared.identity,
        settled: prepared.settled,
        cells: cells.map(({ id, units }) => ({ id, units })),
      },
      true,
    )
    return await runPlan({
      ...computing,
      plan: prepared.plan,
      goals,
      store,
      setup: { ...prepared.setup, replace },
      ...(prepared.together === undefined ? {} : { together: prepared.together }),
      workerFile,
      onEvent: (event) => {
        onEvent(event)
        record(event)
      },
    })
  } finally {
    journal.close()
    forgetEarlierReruns(prepared.setup.store, id)
  }
}

/** Where a worker process begins. Throws a `Problem` where the program is not built. */
export function workerFileOf(): string {
  const file = join(packageRoot, 'dist', 'worker.js')
  if (existsSync(file)) return file
  throw new Problem('infrastructure', 'dist/worker.js is missing', { hint: 'run npm run build' })
}

/**
 * Tries model and searches and reads the data set here, once, before any worker starts: what cannot work and damaged files
 * are one clear error, not one per unit. A data set of the
 * project's own is read even where nothing is computed: only its content tells whether stored results are of it.
 */
async function checkParts(
  prepared: Prepared,
  goals: Parameters<typeof resolve>[1],
  store: ArtifactStore,
  anew: boolean | undefined,
): Promise<void> {
  const { plan, data, identity, settings } = prepared
  const { compute: missing } = await resolve(plan, goals, store, anew)
  if (missing.length > 0) await checkPlugins(prepared)
  const needed = missing.some((key) => plan.units.get(key)?.document.data !== null)
  const own = data.source !== builtinDatasets[data.name]
  if (!needed && !(own && data.located.status === 'present')) return
  const dataset = await loadChecked(data.name, data.source, data.access, data.size, settings.split)
  const searches = identity.criteria.filter(({ kind }) => kind === 'search')
  checkClasses(dataset, {
    validation: settings.training.validation,
    searchSets: searches.map(({ searchSet }) => searchSet),
  })
  await bindData(store, identity.data, dataset)
}

/** Sorts by time, and two runs started in one millisecond differ. */
export function runId(): string {
  return `${new Date().toISOString().replace(/[:.]/g, '-')}-${process.pid}`
}
