import { lstatSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Problem } from '../values/problem.ts'
import { BadFile } from './bad-file.ts'
import { replaceFile } from './durable.ts'
import { readFile } from './read-file.ts'
import { withTemporaryFile } from './temporary.ts'

/** Version of the store's folder format that this program reads and writes. */
export const STORE_VERSION = '2'

/**
 * Whether the folder says which format it has; an empty file, or what is no file, says nothing. Throws a `Problem` of kind
 * `infrastructure` for one that is not known.
 */
export function hasKnownVersion(root: string): boolean {
  const file = join(root, 'version')
  const found = versionIn(file)
  if (found === '') return false
  if (found === STORE_VERSION) return true
  throw new Problem(
    'infrastructure',
    `The store ${root} has format version "${found}"; this program knows version ${STORE_VERSION}.`,
    {
      hint: 'Nothing in it was changed. Remove or rename that folder to compute its results again, choose another one with --store, or use the version of prune-bench that wrote it.',
    },
  )
}

function versionIn(file: string): string {
  try {
    return readFile(file)?.toString('utf8').trim() ?? ''
  } catch (error) {
    if (error instanceof BadFile) return ''
    throw error
  }
}

/** Marks a folder as a store of this version. `temporary` is a folder on the same disk. */
export function writeVersion(root: string, temporary: string): void {
  const file = join(root, 'version')
  withTemporaryFile(temporary, [`${STORE_VERSION}\n`], (fresh) => {
    // A folder is not replaced by a file.
    if (lstatSync(file, { throwIfNoEntry: false })?.isDirectory() === true) rmSync(file, { recursive: true })
    replaceFile(fresh, file)
  })
}
