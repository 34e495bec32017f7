import { dirname, join } from 'node:path'
import { canonicalJson } from '../values/canonical-json.ts'
import type { DataAccess, Located } from '../values/dataset.ts'
import { digest, type Digest } from '../values/digest.ts'
import { cacheOf, isThere, locateElsewhere, type DownloadSource } from './download-source.ts'

/** Files with known content that a data set is made of, and where they may be found; mirrors hold them gzipped. */
export interface FileSet extends DownloadSource {
  /** The SHA-256 of each file's content, uncompressed. On disk a file may be gzipped, with `.gz` after its name. */
  readonly files: Readonly<Record<string, string>>
}

/** One digest for the content of all files. */
function digestOfSet(set: FileSet): Digest {
  return digest(canonicalJson(set.files))
}

/** Where each file of the set is: the user's folder comes before the cache, a gzipped file before a plain one. */
export async function findFiles(set: FileSet, access: DataAccess): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  for (const name of Object.keys(set.files)) {
    for (const folder of [...userFolders(set, access), cacheOf(set, access)]) {
      const path = await firstThere([join(folder, `${name}.gz`), join(folder, name)])
      if (path === undefined) continue
      found.set(name, path)
      break
    }
  }
  return found
}

/** Looks whether every file is there or can be downloaded, reading none of them. */
export async function locateFiles(set: FileSet, access: DataAccess): Promise<Located> {
  const names = Object.keys(set.files)
  const found = await findFiles(set, access)
  const userLacks = lackedByUser(set, access, found)
  if (found.size === names.length) {
    const folders = [...new Set([...found.values()].map((path) => dirname(path)))]
    return {
      status: 'present',
      digest: digestOfSet(set),
      origin: [folders.join(' and '), ...userLacks].join('; '),
    }
  }
  const missing = names.filter((name) => !found.has(name)).join(', ')
  return locateElsewhere(
    set,
    access,
    digestOfSet(set),
    userLacks,
    `${cacheOf(set, access)} has no ${missing}`,
  )
}

/** What to tell a user whose folder does not have all files, or nothing. */
function lackedByUser(
  set: FileSet,
  access: DataAccess,
  found: ReadonlyMap<string, string>,
): readonly string[] {
  if (access.userFolder === undefined) return []
  const lacked = Object.keys(set.files).filter((name) => {
    const path = found.get(name)
    return path === undefined || dirname(path) === cacheOf(set, access)
  })
  if (lacked.length === 0) return []
  return [
    `PRUNE_BENCH_DATA has no ${lacked.join(', ')} (looked in ${userFolders(set, access).join(' and ')})`,
  ]
}

function userFolders(set: FileSet, { userFolder }: DataAccess): readonly string[] {
  return userFolder === undefined ? [] : [join(userFolder, set.folder), join(userFolder)]
}

async function firstThere(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) if (await isThere(path)) return path
  return undefined
}
