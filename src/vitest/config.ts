import { dirname, resolve } from 'node:path'
import { configDefaults, type Plugin, type WatcherTriggerPattern } from 'vitest/config'
import { discoverPlugins } from '../cli/project.ts'
import { turnTelemetryOff } from '../runtime/onnx/load-ort.ts'
import type { SuiteOptions } from './suite-options.ts'

/** What the plugin takes: which suites are tests, and how they are run. */
export interface PluginOptions extends SuiteOptions {
  /** Names of suites of the project; all of them by default. */
  readonly suites?: readonly string[]
}

const ALL = 'suites/*.suite.ts'

/** Files that a suite may be made from. */
const SOURCE = /\/(criteria|models|datasets|suites)\/.*\.(ts|js|mjs|json)$/

/**
 * The vitest plugin: `suites/*.suite.ts` become test files, with a test for each cell and each assertion. While vitest
 * watches, a changed plugin runs the suites again; what does not depend on it comes from the store.
 */
export function pruneBench({ suites, ...options }: PluginOptions = {}): Plugin {
  // Here, as vitest's threads could not.
  turnTelemetryOff()
  const patterns = suites?.map((name) => `suites/${name}.suite.ts`) ?? [ALL]
  const loaded = new Set<string>()
  let root = ''
  let warmUp: (file: string) => Promise<void> = () => Promise.resolve()
  return {
    name: 'prune-bench',
    enforce: 'pre',
    config: ({ test }) => ({
      test: { include: [...(test?.include === undefined ? configDefaults.include : []), ...patterns] },
    }),
    configResolved: (config) => {
      root = config.root
    },
    configureVitest({ vitest }) {
      // Said to be always there, and absent where nobody sets it.
      const config: { watchTriggerPatterns?: WatcherTriggerPattern[] } = vitest.config
      const trigger = { pattern: SOURCE, testsToRun: () => [...loaded] }
      config.watchTriggerPatterns = [...(config.watchTriggerPatterns ?? []), trigger]
    },
    configureServer: (server) => {
      warmUp = (file) => server.warmupRequest(file, { ssr: true })
    },
    async load(id) {
      const file = resolve(id.replace(/\?.*$/, ''))
      if (dirname(file) !== resolve(root, 'suites') || !file.endsWith('.suite.ts')) return undefined
      loaded.add(file)
      // vitest shows and annotates lines of the files that it has read itself.
      const own = discoverPlugins(root).filter((plugin) => plugin.file.startsWith(root))
      await Promise.all(own.map((plugin) => warmUp(plugin.file)))
      return `import { suiteTests } from 'prune-bench/vitest'
await suiteTests(${JSON.stringify(file)}, ${JSON.stringify(options)})
`
    },
  }
}
