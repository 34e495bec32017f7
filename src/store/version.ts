import { readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { Problem } from '../values/problem.ts'
import { errorCode } from './disk-problem.ts'
import { syncFolder, writeDurably } from './durable.ts'

/** Version of the store's folder format that this program reads and writes. */
export const STORE_VERSION = '1'

/** Whether the folder says which format it has. Throws a `Problem` of kind `infrastructure` for one that is not known. */
export function hasKnownVersion(root: string): boolean {
  const file = join(root, 'version')
  let found: string
  try {
    found = readFileSync(file, 'utf8').trim()
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false
    throw error
  }
  if (found === STORE_VERSION) return true
  throw new Problem(
    'infrastructure',
    `The store ${root} has format version "${found}"; this program knows version ${STORE_VERSION}.`,
    { hint: 'Use the version of prune-bench that wrote it, or another store folder.' },
  )
}

/** Marks a folder as a store of this version. `temporary` is a free name beside it. */
export function writeVersion(root: string, temporary: string): void {
  writeDurably(temporary, `${STORE_VERSION}\n`)
  renameSync(temporary, join(root, 'version'))
  syncFolder(root)
}
