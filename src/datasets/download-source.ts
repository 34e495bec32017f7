import { stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { DataAccess, Located } from '../values/dataset.ts'
import type { Digest } from '../values/digest.ts'
import { Problem } from '../values/problem.ts'
import { download, DownloadError, type DownloadLimits } from './download.ts'
import { ago, recallFailure, rememberFailure } from './failed-download.ts'

/** Where a data set is downloaded from, and where what was downloaded is kept. */
export interface DownloadSource {
  /** The folder that holds the data set, inside the user's and the cache folder; also what messages call it. */
  readonly folder: string
  /** Addresses of folders, each ending in a slash, that hold what is downloaded, in order of preference. */
  readonly mirrors: readonly string[]
  readonly limits: DownloadLimits
  /** The time in milliseconds since 1970. */
  readonly now: () => number
}

/** The folder that downloads of the set are kept in. */
export function cacheOf(source: DownloadSource, access: DataAccess): string {
  return join(access.cacheFolder, source.folder)
}

/** The file that remembers a failed download of the set. */
export function failureFile(source: DownloadSource, access: DataAccess): string {
  return join(cacheOf(source, access), 'download-failed.json')
}

/**
 * What to say of a data set that is not here: whether it can be downloaded. `userLacks` tells a user whose folder does
 * not have it; `cacheLacks` says which files the cache folder lacks.
 */
export async function locateElsewhere(
  source: DownloadSource,
  access: DataAccess,
  digest: Digest,
  userLacks: readonly string[],
  cacheLacks: string,
): Promise<Located> {
  const now = source.now()
  const failure = await recallFailure(failureFile(source, access), now)
  if (failure !== undefined) {
    const failed = `the download failed ${ago(failure.at, now)} (${failure.reason})`
    return {
      status: 'absent',
      why: [...userLacks, `${failed}; delete ${failureFile(source, access)} to try again now`].join('; '),
    }
  }
  if (access.download === 'never') {
    const lacked = `${cacheLacks}, and nothing may be downloaded here`
    return { status: 'absent', why: [...userLacks, lacked].join('; ') }
  }
  const hosts = source.mirrors.map((mirror) => new URL(mirror).host)
  return {
    status: 'downloadable',
    digest,
    origin: [`download from ${hosts.join(' or ')}`, ...userLacks].join('; '),
  }
}

/**
 * Obtains one thing from the first of `mirrors` that gives it, and returns that mirror. Throws a `Problem` of kind
 * `data` where none does, and remembers that for an hour.
 */
export async function fromFirstMirror(
  source: DownloadSource,
  access: DataAccess,
  { what, mirrors, hint }: { what: string; mirrors: readonly string[]; hint: string },
  obtain: (mirror: string) => Promise<void>,
): Promise<string> {
  const reasons: string[] = []
  for (const mirror of mirrors) {
    try {
      await obtain(mirror)
      return mirror
    } catch (error) {
      if (!(error instanceof DownloadError)) throw error
      reasons.push(`${new URL(mirror).host}: ${error.message}`)
    }
  }
  const reason = `${what} from ${reasons.join('; ')}`
  await rememberFailure(failureFile(source, access), { at: source.now(), reason })
  throw new Problem('data', `Data set "${source.folder}" could not be downloaded: ${reason}.`, { hint })
}

/** The bytes of a file of a mirror, with its progress reported. Throws a `DownloadError`. */
export function downloadReported(
  source: DownloadSource,
  access: DataAccess,
  name: string,
  mirror: string,
): Promise<Uint8Array> {
  const what = `${name} from ${new URL(mirror).host}`
  return download(new URL(name, mirror).href, source.limits, (done, total) => {
    access.report?.({ what, done, unit: 'bytes', ...(total === undefined ? {} : { total }) })
  })
}

/** What to do about a damaged file. */
export function whatNext(source: DownloadSource, access: DataAccess, path: string): string {
  return relative(cacheOf(source, access), path).startsWith('..')
    ? 'Replace it by an undamaged copy, delete it to have it downloaded, or point PRUNE_BENCH_DATA elsewhere.'
    : 'Delete it and run again to download it anew.'
}

/** Whether there is something at `path`. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    // what is there but may not be looked at is an error when it is read, not a reason to take other data
    const { code } = error as NodeJS.ErrnoException
    return code !== 'ENOENT' && code !== 'ENOTDIR'
  }
}
