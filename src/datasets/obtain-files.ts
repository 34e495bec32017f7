import { join } from 'node:path'
import type { DataAccess } from '../values/dataset.ts'
import { digest } from '../values/digest.ts'
import { DownloadError } from './download.ts'
import { cacheOf, downloadReported, failureFile, fromFirstMirror } from './download-source.ts'
import { forgetFailure } from './failed-download.ts'
import { findFiles, type FileSet } from './file-set.ts'
import { unzip } from './unzip.ts'
import { wordsOf } from './words-of.ts'
import { writeAtomically } from './write-atomically.ts'

/**
 * Downloads the files of the set that are nowhere yet into the cache folder, each from the first mirror that gives
 * the right content. Throws a `Problem` of kind `data` where no mirror does, and remembers that for an hour.
 */
export async function obtainFiles(set: FileSet, access: DataAccess): Promise<void> {
  const found = await findFiles(set, access)
  let mirrors = set.mirrors
  const hint = `Check the network, or put ${Object.keys(set.files).join(', ')} (plain or .gz) into a folder and set PRUNE_BENCH_DATA to it.`
  for (const [name, expected] of Object.entries(set.files)) {
    if (found.has(name)) continue
    const mirror = await fromFirstMirror(set, access, { what: `${name}.gz`, mirrors, hint }, (mirror) =>
      obtainFile(set, access, name, expected, mirror),
    )
    // a mirror that gave one file is the first to be asked for the next
    mirrors = [mirror, ...set.mirrors.filter((other) => other !== mirror)]
  }
  await forgetFailure(failureFile(set, access))
}

async function obtainFile(
  set: FileSet,
  access: DataAccess,
  name: string,
  expected: string,
  mirror: string,
): Promise<void> {
  const bytes = await downloadReported(set, access, `${name}.gz`, mirror)
  const content = await unzip(bytes).catch((error: unknown) => {
    throw new DownloadError(`not gzip (${wordsOf(error)})`)
  })
  const actual = digest(content)
  if (actual !== expected) throw new DownloadError(`wrong content (SHA-256 ${actual}, expected ${expected})`)
  await writeAtomically(join(cacheOf(set, access), `${name}.gz`), bytes)
}
