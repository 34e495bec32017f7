import { readFileSync } from 'node:fs'
import { basename, relative } from 'node:path'
import { promised } from '../datasets/index.ts'
import { openBundle, type PluginReads } from '../reads/index.ts'
import { placesIn } from '../values/places-in.ts'
import { isDefined } from '../plugin/define.ts'
import { Problem, type SourcePlace } from '../values/problem.ts'
import { bundle, type Bundle } from './bundle.ts'
import { placeOfProperty } from './place.ts'

export interface Loaded<T> {
  readonly bundle: Bundle
  readonly value: T
  /** What it reads; undefined for suites, whose settings are all that results depend on, and data sets, whose content is. */
  readonly reads: PluginReads | undefined
}

/** What files of each folder may export by default. */
const kindsOf = {
  suite: ['suite'],
  criterion: ['criterion', 'search'],
  model: ['model'],
  dataset: ['dataset'],
} as const satisfies Readonly<Record<string, readonly string[]>>

/** Kinds whose code computes results. */
const recordedKinds: readonly string[] = ['criterion', 'model'] satisfies (keyof typeof kindsOf)[]

/** A file to load, and what its folder says it defines. */
export interface ToLoad {
  readonly kind: keyof typeof kindsOf
  readonly file: string
}

/**
 * Bundles and imports files whose default export is what their folder asks for.
 * Whatever goes wrong is a `Problem` that names the file and, where it can be told, the line.
 */
export async function load<T extends { readonly kind: string }>(
  files: readonly ToLoad[],
  root: string,
  folder: string,
): Promise<readonly Loaded<T>[]> {
  if (files.length === 0) return []
  const bundles = await bundle(
    files.map(({ file }) => file),
    root,
    folder,
  )
  return Promise.all(
    bundles.map(async (made, i) => {
      const { kind, file } = files[i] as ToLoad
      const kinds: readonly string[] = kindsOf[kind]
      const { url, reads } = openBundle(made.file, {
        root,
        recorded: recordedKinds.includes(kind) ? `${kind} ${basename(file, '.ts')}` : undefined,
      })
      reads?.reopen()
      const module = await importBundle(made, url, root)
      const value = module.default as T | undefined
      if (value === undefined || !kinds.includes(value.kind) || !isDefined(value)) {
        const defined = kinds.map((kind) => `define${kind[0]?.toUpperCase() ?? ''}${kind.slice(1)}`)
        const what = defined.join(' or ')
        throw new Problem('usage', `${relative(root, made.source)} does not export what ${what} returns`, {
          hint: `end the file with: export default ${defined[0] ?? ''}({ … }); what that returns must not be copied or changed`,
          place: { file: made.source },
        })
      }
      return { bundle: made, value, reads }
    }),
  )
}

async function importBundle(made: Bundle, url: string, root: string): Promise<{ default?: unknown }> {
  try {
    return await promised(
      () => import(url) as Promise<{ default?: unknown }>,
      (why) => new Error(`its top-level await does not end: ${why}`),
    )
  } catch (error) {
    const name = relative(root, made.source)
    if (error instanceof Problem) {
      throw new Problem(error.kind, `${name}: ${error.message}`, {
        ...(error.hint === undefined ? {} : { hint: error.hint }),
        place: error.place ?? placeOf(error, made.source),
        cause: error,
      })
    }
    throw new Problem(
      'usage',
      `${name} cannot be loaded: ${error instanceof Error ? error.message : String(error)}`,
      {
        hint: 'correct the file and run again',
        place: placeOf(error, made.source),
        cause: error,
      },
    )
  }
}

/** Where an error was thrown from in the user's file, by its stack; where a property is wrong, the line that states it. */
function placeOf(error: unknown, source: string): SourcePlace {
  const property = /'s ([\w.]+) is /.exec(error instanceof Error ? error.message : '')?.[1]
  if (property !== undefined) {
    const line = placeOfProperty(readFileSync(source, 'utf8'), property)
    if (line !== undefined) return { file: source, ...line }
  }
  return placesIn(error).find(({ file }) => file === source) ?? { file: source }
}
