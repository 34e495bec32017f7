import type { DataAccess, Dataset, DatasetSize, DatasetSource, Located } from '../values/dataset.ts'
import { Problem } from '../values/problem.ts'
import { promised } from './promised.ts'
import { wordsOf } from './words-of.ts'

/**
 * Where a data set is. Throws a `Problem` of kind `data` that names the data set, whatever its source does: throw, never
 * answer, or answer something else.
 */
export async function locate(name: string, source: DatasetSource, access: DataAccess): Promise<Located> {
  const located = (await asked(name, 'locate', access, (mine) => source.locate(mine))) as
    Partial<Record<string, unknown>> | null | undefined
  const text = (of: string) => {
    const value = located?.[of]
    // An address is as good as its text.
    if (typeof value === 'string' || value instanceof URL) return String(value)
    throw broken(name, 'locate', `it returned ${shown(located)}, without a text as ${of}`)
  }
  const status = located?.status
  if (status === 'absent') return { status, why: text('why') }
  if (status === 'present' || status === 'downloadable')
    return { status, digest: text('digest'), origin: text('origin') }
  throw broken(name, 'locate', `it returned ${shown(located)}, without a status`)
}

function shown(value: object | null | undefined): string {
  return value === undefined ? 'nothing' : JSON.stringify(value)
}

/** A data set. Throws a `Problem` of kind `data` that names it, whatever its source throws, or if it never answers. */
export async function load(
  name: string,
  source: DatasetSource,
  access: DataAccess,
  size?: DatasetSize,
): Promise<Dataset> {
  const loaded = (await asked(name, 'load', access, (mine) => source.load(mine, size))) as Dataset | undefined
  if (typeof loaded === 'object' && typeof loaded.train === 'object' && typeof loaded.test === 'object')
    return loaded
  throw broken(name, 'load', 'it returned no object with train and test')
}

async function asked<T>(
  name: string,
  what: 'locate' | 'load',
  access: DataAccess,
  ask: (access: DataAccess) => Promise<T>,
): Promise<T> {
  try {
    return await promised(
      (heard) =>
        ask({
          ...access,
          report(progress) {
            heard()
            access.report?.(progress)
          },
        }),
      (why) => broken(name, what, why),
    )
  } catch (error) {
    throw error instanceof Problem ? error : broken(name, what, wordsOf(error), error)
  }
}

function broken(name: string, what: string, why: string, cause?: unknown): Problem {
  return new Problem('data', `the data set ${name} is not to be had, as its ${what} failed: ${why}`, {
    hint: `correct ${what} in its source, or name another data set`,
    ...(cause === undefined ? {} : { cause }),
  })
}
