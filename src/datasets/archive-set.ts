import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { canonicalJson } from '../values/canonical-json.ts'
import type { DataAccess, Located } from '../values/dataset.ts'
import { digest, short, type Digest } from '../values/digest.ts'
import {
  cacheOf,
  downloadReported,
  failureFile,
  fromFirstMirror,
  isThere,
  locateElsewhere,
  type DownloadSource,
} from './download-source.ts'
import { DownloadError } from './download.ts'
import { forgetFailure } from './failed-download.ts'
import { recordedDigests, type RecordedFile } from './recorded-digests.ts'
import { untar } from './untar.ts'
import { unzip } from './unzip.ts'
import { wordsOf } from './words-of.ts'
import { writeAtomically } from './write-atomically.ts'

/**
 * Files that come in one archive and whose own digests are not published, and where they may be found. Prepared copies
 * may differ from the canonical content, so that the content found is the data set's identity.
 */
export interface ArchiveSet extends DownloadSource {
  /** The gzipped tar archive on the mirrors, and its published MD5. */
  readonly archive: { readonly name: string; readonly md5: string }
  /** The folder inside the archive that holds the files, and that users may keep them in. */
  readonly inner: string
  /** The files' names. */
  readonly names: readonly string[]
}

/** The files where they were found, in the order of their names. */
export interface FoundFiles {
  readonly folder: string
  readonly files: readonly RecordedFile[]
  /** The file that keeps their digests. */
  readonly record: string
}

/** The files of the first folder that has them all, the user's before the cache, or undefined. */
export async function findArchived(set: ArchiveSet, access: DataAccess): Promise<FoundFiles | undefined> {
  for (const folder of [...userFolders(set, access), extracted(set, access)]) {
    if ((await lackedBy(folder, set)).length > 0) continue
    const record = join(cacheOf(set, access), `digests-${digest(folder).slice(0, 16)}.json`)
    const paths = set.names.map((name) => join(folder, name))
    return { folder, files: await recordedDigests(paths, record), record }
  }
  return undefined
}

/** Looks whether all files are in one folder or can be downloaded; reads only files that it has not seen as they are. */
export async function locateArchived(set: ArchiveSet, access: DataAccess): Promise<Located> {
  const found = await findArchived(set, access)
  const userLacks =
    found === undefined || found.folder === extracted(set, access) ? await lackedByUser(set, access) : []
  if (found !== undefined) {
    const content = contentOf(set, found)
    const told =
      content === (await canonicalContent(set, access))
        ? `canonical content: the archive with MD5 ${set.archive.md5}`
        : `content ${short(content)}`
    return {
      status: 'present',
      digest: content,
      origin: [`${found.folder} (${told})`, ...userLacks].join('; '),
    }
  }
  const folder = extracted(set, access)
  const lacked = (await lackedBy(folder, set)).join(', ')
  // stands for the content until that is here and known
  const announced = digest(canonicalJson({ archive: set.archive.name, md5: set.archive.md5 }))
  return locateElsewhere(set, access, announced, userLacks, `${folder} has no ${lacked}`)
}

/**
 * Downloads the archive, checks it and puts the files into the cache folder, each whole or not at all. Throws a
 * `Problem` of kind `data` where no mirror gives the archive, and remembers that for an hour.
 */
export async function obtainArchive(set: ArchiveSet, access: DataAccess): Promise<void> {
  const { name } = set.archive
  const hint = `Check the network, or put ${set.names.join(', ')} into a folder and set PRUNE_BENCH_DATA to it.`
  await fromFirstMirror(set, access, { what: name, mirrors: set.mirrors, hint }, async (mirror) => {
    const bytes = await downloadReported(set, access, name, mirror)
    const contents = await unpack(set, bytes)
    for (const [file, content] of contents) {
      await writeAtomically(join(extracted(set, access), file), content)
    }
    const digests = Object.fromEntries([...contents].map(([file, content]) => [file, digest(content)]))
    await writeAtomically(canonicalFile(set, access), digest(canonicalJson(digests)))
  })
  await forgetFailure(failureFile(set, access))
}

async function unpack(set: ArchiveSet, bytes: Uint8Array): Promise<ReadonlyMap<string, Uint8Array>> {
  const md5 = createHash('md5').update(bytes).digest('hex')
  if (md5 !== set.archive.md5) {
    throw new DownloadError(`wrong content (MD5 ${md5}, expected ${set.archive.md5})`)
  }
  const files = await unzip(bytes)
    .then(untar)
    .catch((error: unknown) => {
      throw new DownloadError(`not a gzipped tar archive (${wordsOf(error)})`)
    })
  return new Map(
    set.names.map((name) => {
      const content = files.get(`${set.inner}/${name}`)
      if (content === undefined) throw new DownloadError(`no ${set.inner}/${name} in the archive`)
      return [name, content]
    }),
  )
}

/** One digest for the content of all files. */
function contentOf(set: ArchiveSet, { files }: FoundFiles): Digest {
  const contents = files.map(({ content }) =>
    'sha256' in content ? content.sha256 : `unreadable: ${content.unreadable}`,
  )
  return digest(canonicalJson(Object.fromEntries(set.names.map((name, i) => [name, contents[i] ?? '']))))
}

/** The file that keeps the digest of the content that came in the published archive. */
function canonicalFile(set: ArchiveSet, access: DataAccess): string {
  return join(cacheOf(set, access), `content-of-${set.archive.md5}.txt`)
}

async function canonicalContent(set: ArchiveSet, access: DataAccess): Promise<string | undefined> {
  // where nothing was downloaded, nobody knows
  return readFile(canonicalFile(set, access), 'utf8').catch(() => undefined)
}

function extracted(set: ArchiveSet, access: DataAccess): string {
  return join(cacheOf(set, access), set.inner)
}

function userFolders(set: ArchiveSet, { userFolder }: DataAccess): readonly string[] {
  if (userFolder === undefined) return []
  return [join(userFolder, set.inner), join(userFolder, set.folder, set.inner), join(userFolder)]
}

async function lackedBy(folder: string, set: ArchiveSet): Promise<readonly string[]> {
  const lacked: string[] = []
  for (const name of set.names) if (!(await isThere(join(folder, name)))) lacked.push(name)
  return lacked
}

/** What to tell a user whose folders do not have all files, or nothing: which ones the fullest of them lacks. */
async function lackedByUser(set: ArchiveSet, access: DataAccess): Promise<readonly string[]> {
  const folders = userFolders(set, access)
  if (folders.length === 0) return []
  const lacked = await Promise.all(folders.map((folder) => lackedBy(folder, set)))
  const least = lacked.reduce((a, b) => (b.length < a.length ? b : a))
  return [`PRUNE_BENCH_DATA has no ${least.join(', ')} (looked in ${folders.join(' and ')})`]
}
