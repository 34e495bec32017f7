import { open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { makeFolders } from '../values/make-folders.ts'
import { partialName, removePartials } from '../values/partial-files.ts'
import { Problem } from '../values/problem.ts'
import { wordsOf } from './words-of.ts'

/**
 * Writes a file so that readers see all of it or none: to a temporary file beside it, synced, then renamed. Removes such files
 * that killed processes left in the same folder.
 * Throws a `Problem` of kind `infrastructure` where the disk refuses.
 */
export async function writeAtomically(
  path: string,
  ...parts: readonly (string | Uint8Array)[]
): Promise<void> {
  const folder = dirname(path)
  const temporary = join(folder, partialName())
  try {
    makeFolders(folder)
    removePartials(folder)
    const file = await open(temporary, 'wx')
    try {
      for (const part of parts) await file.writeFile(part)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw new Problem('infrastructure', `Cannot write ${path}: ${wordsOf(cause)}.`, {
      hint: 'Make the folder writable, free some space, or choose another cache folder.',
      cause,
    })
  }
}
