import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire, isBuiltin } from 'node:module'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Problem } from '../values/problem.ts'
import { PluginReads } from './plugin-reads.ts'
import { globalNames, recordedGlobals, type RecordedGlobals } from './recorded-globals.ts'
import { recordedModules } from './recorded-modules.ts'

const HOST = Symbol.for('prune-bench.host')

/** The first line of a bundle that names anything of `Host`; no part of what its digest is of. */
export const HOST_LINE =
  'const __pruneBench=globalThis[Symbol.for("prune-bench.host")](import.meta.url),require=__pruneBench.require;'

/** What a bundle is given in place of Node's own: the names are written into it when it is bundled. */
interface Host extends RecordedGlobals {
  readonly builtin: (name: string) => unknown
  readonly require: unknown
  /** What `import.meta` and `__dirname` are in a source file; files are named by their path from the project's folder. */
  readonly here: (id: string) => object
  /** An imported file's bytes. */
  readonly file: (id: string, sha256: string) => Uint8Array
  /** A native addon. */
  readonly addon: (id: string, sha256: string) => unknown
}

/** A bundle that may be imported from `url`. */
export interface OpenBundle {
  readonly url: string
  /** Undefined where what it reads is not recorded. */
  readonly reads: PluginReads | undefined
}

export interface BundleOwner {
  /** The project's folder. */
  readonly root: string
  /** Its kind and name, as in `model wide`; undefined where its reads need no record. */
  readonly recorded: string | undefined
}

const opened = new Map<string, OpenBundle>()
/** By the bundle's URL: what the next module that is made of it is given. */
const hosts = new Map<string, Host>()
let generation = 0

/**
 * Lets a bundle be imported in this process, with what it reads recorded. One that was imported before is used again,
 * unless something that it read is not as it was: then it is another module.
 */
export function openBundle(file: string, { root, recorded }: BundleOwner): OpenBundle {
  Object.assign(globalThis, { [HOST]: (url: string) => hosts.get(url.replace(/\?.*$/, '')) })
  const known = opened.get(file)
  if (known !== undefined && known.reads?.isCurrent() !== false) return known
  const { href } = pathToFileURL(file)
  const url = known === undefined ? href : `${href}?${++generation}`
  const reads = recorded === undefined ? undefined : new PluginReads(recorded)
  const made = { url, reads }
  hosts.set(href, hostOf(file, root, reads))
  opened.set(file, made)
  return made
}

function hostOf(bundle: string, root: string, reads: PluginReads | undefined): Host {
  const builtin: (name: string) => unknown =
    reads === undefined
      ? (name) => process.getBuiltinModule(name)
      : recordedModules(reads, root, () => globals, requireOf)
  const globals: RecordedGlobals =
    reads === undefined ? realGlobals() : recordedGlobals(reads, builtin, bundle)
  const checked = (id: string, sha256: string) => {
    const file = resolve(root, id)
    const content = readFileSync(file)
    if (createHash('sha256').update(content).digest('hex') === sha256) return { file, content }
    throw new Problem('usage', `${id} changed since the plugin that imports it was loaded`, {
      hint: 'run again',
    })
  }

  /** For what a package names only when it runs: Node's modules, JSON and native addons. */
  function requireOf(from: string): unknown {
    const real = createRequire(from)
    const recordedRequire = (id: string): unknown => {
      if (isBuiltin(id)) return builtin(id)
      const file = real.resolve(id)
      if (!/\.(json|node)$/.test(file)) throw notBundled(id)
      const name = relative(root, file).split(sep).join('/')
      reads?.note(`file ${name}`, () => createHash('sha256').update(readFileSync(file)).digest('hex'), file)
      return file.endsWith('.json') ? JSON.parse(readFileSync(file, 'utf8')) : real(file)
    }
    return Object.assign(recordedRequire, { resolve: (id: string) => real.resolve(id), cache: {} })
  }

  return {
    ...globals,
    builtin,
    require: requireOf(join(root, 'package.json')),
    here(id) {
      const filename = resolve(root, id)
      const url = pathToFileURL(filename).href
      const real = createRequire(filename)
      return {
        url,
        filename,
        dirname: dirname(filename),
        resolve: (name: string) => urlOf(real.resolve(name)),
      }
    },
    // in memory of its own, so that typed arrays of any kind can be made of its buffer
    file: (id, sha256) => new Uint8Array(checked(id, sha256).content),
    addon: (id, sha256) => createRequire(join(root, 'package.json'))(checked(id, sha256).file) as unknown,
  }
}

function realGlobals(): RecordedGlobals {
  const real = globalThis as unknown as RecordedGlobals
  return {
    ...(Object.fromEntries(globalNames.map((name) => [name, real[name]])) as unknown as RecordedGlobals),
    globalThis,
  }
}

function urlOf(resolved: string): string {
  return isBuiltin(resolved) ? resolved : pathToFileURL(resolved).href
}

/** As Node says it of a package that is not there: some try one package and are content with another. */
function notBundled(id: string): Error {
  return Object.assign(
    new Error(
      `${id} is required by a name that is made when the plugin runs, so that it is not in its bundle; import it by name`,
    ),
    { code: 'MODULE_NOT_FOUND' },
  )
}
