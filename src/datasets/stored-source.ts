import type {
  DataAccess,
  Dataset,
  DatasetDescription,
  DatasetSize,
  DatasetSource,
} from '../values/dataset.ts'
import { Problem } from '../values/problem.ts'
import { resolveSize } from './size.ts'

/** How a data set is kept in files: where they are looked for, how they are obtained and read. */
export interface Storage {
  /** The files that a user may prepare, for people. */
  readonly needed: string
  readonly locate: DatasetSource['locate']
  /** Downloads the files into the cache folder. */
  readonly obtain: (access: DataAccess) => Promise<void>
  /** Reads and checks the first examples of files that are there. */
  readonly read: (access: DataAccess, size: DatasetSize) => Promise<Pick<Dataset, 'train' | 'test'>>
}

/** A data set that is kept in files and downloaded where they are missing. */
export function storedSource(
  summary: string,
  description: DatasetDescription,
  { needed, locate, obtain, read }: Storage,
): DatasetSource {
  return {
    summary,
    description,
    locate,
    async load(access, size) {
      const wanted = resolveSize(description, size)
      const located = await locate(access)
      if (located.status === 'absent') {
        throw new Problem('data', `Data set "${description.name}" is not available: ${located.why}.`, {
          hint: `Put ${needed} into a folder and set PRUNE_BENCH_DATA to it.`,
        })
      }
      if (located.status === 'downloadable') await obtain(access)
      return { ...description, ...(await read(access, wanted)) }
    },
  }
}
