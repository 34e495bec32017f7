import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a folder and those above it that are missing, and returns the first that was made; undefined where it was there.
 * Throws the error of the system: Node's own recursive `mkdir` says `ENOENT` of a read-only disk, and never ends where a folder
 * vanishes as soon as it is made, as in `/proc`.
 */
export function makeFolders(path: string): string | undefined {
  const made = makeOne(path)
  if (made !== 'no parent') return made
  const first = makeFolders(dirname(path))
  const again = makeOne(path)
  if (again === 'no parent')
    throw Object.assign(new Error(`ENOENT: no folder can be made at ${path}`), {
      code: 'ENOENT',
      syscall: 'mkdir',
      path,
    })
  return first ?? again
}

/** The path where it was made, undefined where it was there. */
function makeOne(path: string): string | undefined {
  try {
    mkdirSync(path)
    return path
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' && dirname(path) !== path) return 'no parent'
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return undefined
    throw error
  }
}
