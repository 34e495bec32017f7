import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { checkModel, checkSearch } from '../preflight/index.ts'
import { createRuntime, type RuntimeChoice } from '../runtime/index.ts'
import { canonicalJson } from '../values/canonical-json.ts'
import { digest } from '../values/digest.ts'
import { Problem } from '../values/problem.ts'
import { withPlaces } from './place.ts'
import type { Prepared } from './prepare.ts'
import { version } from './version.ts'
import { writeReport } from './write-report.ts'

/** Raised when something is checked that was not before: what passed earlier is then checked again. */
const CHECKS = 2

/**
 * Tries a suite's model and searches on made-up images before anything is computed (`src/preflight`). Throws a `Problem`
 * that names what cannot work. What passed is kept in the cache, by all that the checks depend on.
 */
export async function checkPlugins(prepared: Prepared): Promise<void> {
  const { identity, model, settings, searches, suiteFile } = prepared
  const { granularity, training } = settings
  const passed = join(prepared.data.access.cacheFolder, 'checked', `${digestOf(prepared)}.json`)
  if (existsSync(passed)) return
  await withPlaces(suiteFile, async () => {
    const runtime = await createRuntime(tryingRuntime(identity.engine.runtime))
    try {
      const { batchSize, loss } = training
      const images = imagesOf(prepared)
      await checkModel({ runtime, model, name: identity.model.name, granularity, loss, images, batchSize })
      for (const search of searches) await checkSearch(search, model, granularity)
    } finally {
      await runtime.dispose()
    }
  })
  try {
    writeReport(passed, '{}\n')
  } catch (error) {
    // It is checked again the next time.
    if (!(error instanceof Problem)) throw error
  }
}

/** What traces functions as the suite's runtime does, on the processor: drivers of GPUs belong in processes of their own. */
function tryingRuntime(name: string): RuntimeChoice {
  const compiled = name === 'onnx' || name === 'cuda'
  return { runtime: compiled ? 'onnx' : name === 'wasm' ? 'wasm' : 'cpu', device: 'cpu', threads: 1 }
}

/** Images that networks are trained on. */
function imagesOf({ identity, settings }: Prepared): number {
  return identity.data.train - settings.training.validation
}

function digestOf(prepared: Prepared): string {
  const { identity, settings, searches } = prepared
  const { runtime, version: engine } = identity.engine
  const { batchSize, loss = null } = settings.training
  const plugins = new Map(identity.criteria.map(({ label, plugin }) => [label, { ...plugin }]))
  return digest(
    canonicalJson({
      checks: CHECKS,
      versions: [version(), runtime, engine],
      model: { ...identity.model },
      granularity: settings.granularity,
      training: { batchSize, loss, images: imagesOf(prepared) },
      searches: searches.map(({ label, options, sparsities }) => ({
        search: plugins.get(label) ?? label,
        options,
        sparsities,
      })),
    }),
  )
}
