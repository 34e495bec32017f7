import type { DataAccess } from '../values/dataset.ts'
import { digest } from '../values/digest.ts'
import { Problem } from '../values/problem.ts'
import { whatNext } from './download-source.ts'
import type { FileSet } from './file-set.ts'
import { readRegularFile } from './read-file.ts'
import { unzip } from './unzip.ts'
import { wordsOf } from './words-of.ts'

/**
 * The uncompressed content of one file of a set, its digest checked. `diagnose` may say what else content with the
 * wrong digest is. Throws a `Problem` of kind `data` that names the file and the expected and the found digest, or
 * what reading or unpacking said.
 */
export async function readVerified(
  set: FileSet,
  access: DataAccess,
  name: string,
  path: string,
  diagnose: (content: Uint8Array) => string,
): Promise<Uint8Array> {
  const expected = set.files[name]
  const wrong = (what: string, cause?: unknown) =>
    new Problem(
      'data',
      `Data set "${set.folder}": ${path} ${what}; expected content with SHA-256 ${expected ?? 'unknown'}.`,
      {
        hint: whatNext(set, access, path),
        cause,
      },
    )
  const bytes = await readRegularFile(path).catch((error: unknown) => {
    throw wrong(`cannot be read (${wordsOf(error)})`, error)
  })
  const content = path.endsWith('.gz')
    ? await unzip(bytes).catch((error: unknown) => {
        throw wrong(`cannot be unpacked (gunzip: ${wordsOf(error)})`, error)
      })
    : bytes
  const actual = digest(content)
  if (actual !== expected) throw wrong(`has content with SHA-256 ${actual} (${diagnose(content)})`)
  return content
}
