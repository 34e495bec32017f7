import { lstatSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isPathBelow } from '../values/file-name.ts'
import { Problem } from '../values/problem.ts'

/**
 * The path of a file below a folder, by a name that data or another file gave, with `/` between its parts. Throws a
 * `Problem` where the name could lead out of the folder: by `..`, as an absolute path or through a symbolic link.
 */
export function fileBelow(folder: string, name: string): string {
  const link = isPathBelow(name) ? linkOnTheWay(folder, name) : undefined
  if (isPathBelow(name) && link === undefined) return join(folder, name)
  const why = link === undefined ? 'it is no plain name of a file' : `${link} is a symbolic link`
  throw new Problem('infrastructure', `${JSON.stringify(name)} is not used as a file of ${folder}: ${why}`, {
    hint: 'remove what is there, or choose another folder with --output',
  })
}

/** Removes a file below a folder, if it is there and is a file; a name that leads elsewhere is passed over. */
export function removeBelow(folder: string, name: string): void {
  if (!isPathBelow(name) || linkOnTheWay(folder, name) !== undefined) return
  const file = join(folder, name)
  if (lstatSync(file, { throwIfNoEntry: false })?.isDirectory() === false) rmSync(file)
}

/** The first of a file's folders below `folder` that is a symbolic link. */
function linkOnTheWay(folder: string, name: string): string | undefined {
  const folders = name.split('/').slice(0, -1)
  return folders
    .map((_, i) => join(folder, ...folders.slice(0, i + 1)))
    .find((path) => lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true)
}
