import { readFileSync } from 'node:fs'
import { isAbsolute, join, relative } from 'node:path'
import { placesIn } from '../values/places-in.ts'
import { Problem, type SourcePlace } from '../values/problem.ts'
import { packageRoot } from './project.ts'

/** Runs work about a file; a `Problem` of usage that says no place gets the line of the file that its message is about. */
export async function withPlaces<T>(file: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Problem) || error.kind !== 'usage' || error.place !== undefined) throw error
    const place = placeOfWords(readFileSync(file, 'utf8'), error.message)
    if (place === undefined) throw error
    throw new Problem(error.kind, error.message, {
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      place: { file, ...place },
      cause: error,
    })
  }
}

/** Where in its file a user's plugin or suite threw an error: the innermost of the error's lines that is not the program's. */
export function placeInStack(error: unknown, root: string): Required<SourcePlace> | undefined {
  const isInside = (file: string, folder: string) => {
    const path = relative(folder, file)
    // On Windows what lies on another drive has no relative path.
    return !path.startsWith('..') && !isAbsolute(path)
  }
  return placesIn(error).find(
    ({ file }) =>
      isAbsolute(file) &&
      isInside(file, root) &&
      !file.includes('/node_modules/') &&
      !['dist', 'src'].some((own) => isInside(file, join(packageRoot, own))),
  )
}

type Spot = Required<Pick<SourcePlace, 'line' | 'column'>>

/**
 * Where the property is set that a message begins with (`searchSet is 5000 …`), or else where the last of its words that
 * stands in the text as a string or as a property's name stands first.
 */
export function placeOfWords(text: string, message: string): Spot | undefined {
  const [, path] = /^([\w.]+) is /.exec(message) ?? []
  const set = path === undefined ? undefined : placeOfProperty(text, path)
  if (set !== undefined) return set
  for (const word of message.split(/[\s,;:]+/).reverse()) {
    const bare = word.replace(/^["'`]|["'`.]+$/g, '')
    if (bare === '') continue
    const escaped = bare.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    const found = new RegExp(`(['"\`])${escaped}\\1|(?<![\\w$.])${escaped}\\s*:`).exec(text)
    if (found) return spotAt(text, found.index)
  }
  return undefined
}

/** The line that sets the property of a dotted path such as `profiles.quick.sparsities.1`: its names, one after the other. */
export function placeOfProperty(text: string, path: string): Spot | undefined {
  let at = -1
  for (const name of path.split('.').filter((part) => !/^\d+$/.test(part))) {
    const found = new RegExp(`(?<![\\w$.])['"]?${name}['"]?\\s*[:,(}]`).exec(text.slice(at + 1))
    if (!found) break
    at += 1 + found.index
  }
  return at < 0 ? undefined : spotAt(text, at)
}

function spotAt(text: string, index: number): Spot {
  const before = text.slice(0, index).split('\n')
  return { line: before.length, column: before.at(-1)?.length ?? 0 }
}
