import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { removeIfStale, temporaryName } from '../values/partial-files.ts'
import { errorCode } from './disk-problem.ts'
import { writeDurably } from './durable.ts'

/** Writes a new file in `parent`, durably, for `use` to give it another name; afterwards the temporary name is gone. */
export function withTemporaryFile<T>(
  parent: string,
  pieces: readonly (Uint8Array | string)[],
  use: (file: string) => T,
): T {
  const file = join(parent, temporaryName())
  try {
    writeDurably(file, ...pieces)
    return use(file)
  } finally {
    rmSync(file, { force: true })
  }
}

/**
 * Removes temporary files that nobody writes to any more, writing an artifact taking seconds: those of dead processes
 * of this host that are older than a minute (a process of a container on this host may only seem dead), and those of any
 * host that are older than a day. What cannot be removed is left for another time.
 */
export function removeStale(parent: string): void {
  for (const name of namesIn(parent)) removeIfStale(join(parent, name), name)
}

/** The names in a folder, sorted; none where there is no such folder, or a file in its place. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort()
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) return []
    throw error
  }
}
