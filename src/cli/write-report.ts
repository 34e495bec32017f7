import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { partialName } from '../values/partial-files.ts'
import { makeFolders } from '../values/make-folders.ts'
import { Problem } from '../values/problem.ts'

/** Writes a file of a report, and its folder: wholly or not at all. Throws a `Problem` of kind `infrastructure`. */
export function writeReport(file: string, content: string | Uint8Array): void {
  try {
    makeFolders(dirname(file))
    // Two runs may end at the same moment: each writes a file of its own and renames it.
    const partial = join(dirname(file), partialName())
    try {
      writeFileSync(partial, content)
      renameSync(partial, file)
    } finally {
      rmSync(partial, { force: true })
    }
  } catch (error) {
    throw new Problem('infrastructure', `${file} cannot be written: ${(error as Error).message}`, {
      hint: 'nothing computed is lost: make room or choose another folder with --output, and run the same command again',
      cause: error,
    })
  }
}
