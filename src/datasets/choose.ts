import { closest } from '../values/closest.ts'
import type { DataAccess, DatasetSize, DatasetSource, Located } from '../values/dataset.ts'
import { Problem } from '../values/problem.ts'
import { load, locate } from './ask-source.ts'
import { resolveSize } from './size.ts'

/** A data set that would do, and how much of it. */
export interface DatasetPreference {
  readonly name: string
  /** All of it where absent. */
  readonly size?: DatasetSize
}

export interface ChosenDataset {
  readonly name: string
  readonly size: DatasetSize
  readonly source: DatasetSource
  readonly located: Exclude<Located, { status: 'absent' }>
  /** The ones that were preferred and could not be had. */
  readonly passedOver: readonly PassedOver[]
}

type Candidate = Pick<ChosenDataset, 'name' | 'size' | 'source'>

export interface PassedOver {
  readonly name: string
  readonly why: string
}

/**
 * The first data set in order of preference that is present, or that can be downloaded and whose download succeeds
 * (it is then present). Files that are present count even where they are damaged: that is an error at load, never a
 * reason to take other data. Throws a `Problem` of kind `usage` for an unknown name or an impossible size, of kind
 * `data` where none can be had, with every reason.
 */
export async function chooseDataset(
  preferences: readonly DatasetPreference[],
  sources: Readonly<Record<string, DatasetSource>>,
  access: DataAccess,
): Promise<ChosenDataset> {
  if (preferences.length === 0)
    throw new Problem('usage', 'No data set is named.', { hint: knownNames(sources) })
  const candidates = preferences.map(({ name, size }) => {
    const source = sourceNamed(name, sources)
    return { name, source, size: resolveSize(source.description, size) }
  })
  const passedOver: PassedOver[] = []
  for (const candidate of candidates) {
    const located = await obtain(candidate, access)
    if (located.status !== 'absent') return { ...candidate, located, passedOver }
    passedOver.push({ name: candidate.name, why: located.why })
  }
  const reasons = passedOver.map(({ name, why }) => `${name}: ${why}`).join('\n  ')
  throw new Problem('data', `No data set is available.\n  ${reasons}`, {
    hint: 'Set PRUNE_BENCH_DATA to a folder with the files, allow a download, or name a data set that needs none, such as "glyphs".',
  })
}

/** The source of that name. Throws a `Problem` of kind `usage` with the name that was probably meant. */
export function sourceNamed(name: string, sources: Readonly<Record<string, DatasetSource>>): DatasetSource {
  const source = Object.hasOwn(sources, name) ? sources[name] : undefined
  if (source !== undefined) return source
  const meant = closest(name, Object.keys(sources))
  throw new Problem('usage', `There is no data set "${name}".`, {
    hint: meant === undefined ? knownNames(sources) : `Did you mean "${meant}"? ${knownNames(sources)}`,
  })
}

/** An error of its `locate` is no reason to stop where another data set would do; a damaged one that is there is. */
async function obtain({ name, source, size }: Candidate, access: DataAccess): Promise<Located> {
  const unless = async (ask: Promise<Located>): Promise<Located> => {
    try {
      return await ask
    } catch (error) {
      return { status: 'absent', why: whyNot(error) }
    }
  }
  const located = await unless(locate(name, source, access))
  if (located.status !== 'downloadable' || access.download === 'later') return located
  if (access.download === 'never')
    return { status: 'absent', why: 'it is not here, and nothing may be downloaded here' }
  try {
    await load(name, source, access, size)
  } catch (error) {
    const why = whyNot(error)
    const after = await unless(locate(name, source, access))
    // what is there now and still does not load is damaged
    if (after.status === 'present') throw error
    return after.status === 'absent' ? after : { status: 'absent', why }
  }
  const now = await locate(name, source, access)
  return now.status === 'absent' ? located : now
}

/** Why there is no data; throws an error that is about something else. */
function whyNot(error: unknown): string {
  if (error instanceof Problem && error.kind === 'data') return error.message.replace(/\.$/, '')
  throw error
}

function knownNames(sources: Readonly<Record<string, DatasetSource>>): string {
  return `Known data sets: ${Object.keys(sources).join(', ')}.`
}
