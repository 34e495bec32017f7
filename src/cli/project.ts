import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { closest } from '../values/closest.ts'
import { fileName } from '../values/file-name.ts'
import { Problem } from '../values/problem.ts'

/** Folders that hold plugins, and what a file in them defines. */
export const pluginFolders = { criterion: 'criteria', model: 'models', dataset: 'datasets' } as const
export type PluginKind = keyof typeof pluginFolders

/** A plugin file before it is loaded. */
export interface PluginFile {
  readonly kind: PluginKind
  /** The file's name without `.ts`. */
  readonly name: string
  readonly file: string
  readonly origin: 'built-in' | 'project'
}

export interface SuiteFile {
  readonly name: string
  readonly file: string
  readonly origin: 'built-in' | 'project'
}

/** The package's own folder, whether it runs from `dist/` or, in tests, from `src/cli/`. */
export const packageRoot = [1, 2, 3]
  .map((up) => resolve(dirname(fileURLToPath(import.meta.url)), ...Array<string>(up).fill('..')))
  .find((folder) => existsSync(join(folder, 'package.json'))) as string

/** What tells that a folder is a project's. */
const marks = ['package.json', '.prune-bench', 'suites', 'criteria']

/** The project that a folder lies in: the nearest folder upwards that looks like one, or the folder itself. */
export function projectRoot(folder: string): string {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (marks.some((mark) => existsSync(join(at, mark)))) return at
    if (dirname(at) === at) return resolve(folder)
  }
}

/** All plugin files, the project's own before the built-in ones they replace by having the same name. */
export function discoverPlugins(root: string): readonly PluginFile[] {
  const kinds = Object.keys(pluginFolders) as PluginKind[]
  return kinds.flatMap((kind) =>
    bothOrigins(root).flatMap(({ folder, origin }) =>
      sourcesIn(join(folder, pluginFolders[kind])).map((file) => ({
        kind,
        name: basename(file, '.ts'),
        file,
        origin,
      })),
    ),
  )
}

export function discoverSuites(root: string): readonly SuiteFile[] {
  return bothOrigins(root).flatMap(({ folder, origin }) =>
    sourcesIn(join(folder, 'suites'))
      .filter((file) => file.endsWith('.suite.ts'))
      .map((file) => ({ name: basename(file, '.suite.ts'), file, origin })),
  )
}

/** The plugin of a name. Throws a `Problem` with the nearest name where there is none. */
export function findPlugin(plugins: readonly PluginFile[], kind: PluginKind, name: string): PluginFile {
  const ofKind = plugins.filter((plugin) => plugin.kind === kind)
  const found = ofKind.find((plugin) => plugin.name === name)
  if (found) return found
  throw unknownName(
    kind,
    name,
    ofKind.map((plugin) => plugin.name),
    `${pluginFolders[kind]}/`,
  )
}

/** The suite file that an argument means: a path, or the name of a discovered suite. */
export function findSuite({ cwd, root }: { cwd: string; root: string }, argument: string): SuiteFile {
  const path = [resolve(cwd, argument), resolve(root, argument)].find((one) => existsSync(one))
  if (argument.endsWith('.ts') && path !== undefined) {
    const name = fileName(basename(path).replace(/(\.suite)?\.ts$/, ''), 'the suite')
    return { name, file: path, origin: 'project' }
  }
  const suites = discoverSuites(root)
  const name = basename(argument).replace(/(\.suite)?(\.ts)?$/, '')
  const found = suites.find((suite) => suite.name === name)
  // A path that is not there means the built-in suite of that name only if it is spelled as the built-in one is.
  if (found && (argument === name || argument === `suites/${name}.suite.ts`)) return found
  const known = [...new Set(suites.map((suite) => suite.name))]
  throw unknownName('suite', argument, known, `${join(root, 'suites')}/`)
}

export function unknownName(what: string, name: string, known: readonly string[], folder: string): Problem {
  const near = closest(name, known)
  return new Problem('usage', `there is no ${what} named ${name}`, {
    hint: [
      ...(near === undefined ? [] : [`did you mean ${near}?`]),
      known.length === 0 ? `${folder} is empty` : `known: ${known.join(', ')}`,
    ].join(' '),
  })
}

function bothOrigins(root: string): readonly { folder: string; origin: 'built-in' | 'project' }[] {
  const own = { folder: packageRoot, origin: 'built-in' } as const
  return resolve(root) === packageRoot ? [own] : [{ folder: root, origin: 'project' }, own]
}

function sourcesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.endsWith('.d.ts'))
    .sort()
    .map((name) => join(folder, name))
}
