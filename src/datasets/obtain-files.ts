import { join } from 'node:path'
import type { DataAccess } from '../values/dataset.ts'
import { digest } from '../values/digest.ts'
import { Problem } from '../values/problem.ts'
import { download, DownloadError } from './download.ts'
import { forgetFailure, rememberFailure } from './failed-download.ts'
import { cacheOf, failureFile, findFiles, type FileSet } from './file-set.ts'
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
  for (const [name, expected] of Object.entries(set.files)) {
    if (found.has(name)) continue
    const reasons: string[] = []
    let obtained = false
    for (const mirror of mirrors) {
      const { host } = new URL(mirror)
      try {
        await obtainFile(set, access, name, expected, mirror)
        obtained = true
        // a mirror that gave one file is the first to be asked for the next
        mirrors = [mirror, ...set.mirrors.filter((other) => other !== mirror)]
        break
      } catch (error) {
        if (!(error instanceof DownloadError)) throw error
        reasons.push(`${host}: ${error.message}`)
      }
    }
    if (!obtained) {
      const reason = `${name}.gz from ${reasons.join('; ')}`
      await rememberFailure(failureFile(set, access), { at: set.now(), reason })
      throw new Problem('data', `Data set "${set.folder}" could not be downloaded: ${reason}.`, {
        hint: `Check the network, or put ${Object.keys(set.files).join(', ')} (plain or .gz) into a folder and set PRUNE_BENCH_DATA to it.`,
      })
    }
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
  const what = `${name}.gz from ${new URL(mirror).host}`
  const bytes = await download(new URL(`${name}.gz`, mirror).href, set.limits, (done, total) => {
    access.report?.({ what, done, unit: 'bytes', ...(total === undefined ? {} : { total }) })
  })
  const content = await unzip(bytes).catch((error: unknown) => {
    throw new DownloadError(`not gzip (${wordsOf(error)})`)
  })
  const actual = digest(content)
  if (actual !== expected) throw new DownloadError(`wrong content (SHA-256 ${actual}, expected ${expected})`)
  await writeAtomically(join(cacheOf(set, access), `${name}.gz`), bytes)
}
