import { deserialize, serialize } from 'node:v8'
import type { SearchContext } from '../plugin/index.ts'
import { Problem } from '../values/problem.ts'
import type { UnitContext } from './types.ts'

/** What is saved at most so often, in milliseconds: a cut-off costs a unit little more than that. */
const EVERY_MS = 5000
/** A state that takes longer to save is saved as much less often: saving takes 2 % of the time at most. */
const QUICK_MS = 100

/** How a unit goes on from what it saved. */
export type Saving = Pick<SearchContext<never>, 'saved' | 'save'>

/**
 * What `work` returns, given what the unit last saved and a way to save. What this version of Node cannot read counts
 * as nothing saved. A state is written when `save` is called and `everyMs` have passed since the last one (longer where
 * saving takes long); no timer, and never two writes at once. What goes wrong with a write is thrown by the next `save`,
 * else at the end; once the work has ended nothing more is written. A state that is not plain data is a `Problem` of
 * kind `cell`, thrown by `save`.
 */
export async function savedWork<T>(
  context: Pick<UnitContext, 'checkpoint' | 'saveCheckpoint'>,
  work: (saving: Saving) => Promise<T>,
  everyMs = EVERY_MS,
): Promise<T> {
  const bytes = await context.checkpoint()
  let savedAt = performance.now()
  let pause = everyMs
  let writing: Promise<void> | undefined
  let broken: { readonly error: unknown } | undefined
  let open = true

  const write = async (state: Uint8Array) => {
    try {
      await context.saveCheckpoint(state)
    } catch (error) {
      broken = { error }
    }
    writing = undefined
  }
  const save: Saving['save'] = (state) => {
    throwBroken()
    if (!open || writing !== undefined || performance.now() - savedAt < pause) return
    const begin = performance.now()
    writing = write(serialized(state()))
    // Also a state that takes long to write leaves time for the work.
    savedAt = performance.now()
    pause = everyMs * Math.max(1, (savedAt - begin) / QUICK_MS)
  }
  function throwBroken(): void {
    if (broken !== undefined) throw broken.error
  }

  let found: T
  try {
    found = await work({ saved: bytes === undefined ? undefined : deserialized(bytes), save })
  } finally {
    open = false
    await writing
  }
  throwBroken()
  return found
}

function serialized(state: unknown): Uint8Array {
  try {
    return serialize(state)
  } catch (error) {
    throw new Problem('cell', `the state cannot be saved: ${(error as Error).message}`, {
      hint: 'save takes plain data: numbers, strings, arrays, typed arrays, maps, objects without methods',
      cause: error,
    })
  }
}

function deserialized(bytes: Uint8Array): unknown {
  try {
    return deserialize(bytes) as unknown
  } catch {
    return undefined
  }
}
