import type { Unit } from '../plan/types.ts'
import type { ArtifactStore, CheckpointStore } from '../store/types.ts'
import type { UnitContext, UnitProgress } from '../units/types.ts'
import type { Digest } from '../values/digest.ts'
import { Problem } from '../values/problem.ts'
import type { ArtifactCache } from './artifact-cache.ts'
import type { WorkerResources } from './worker-resources.ts'

const PROGRESS_MS = 100

/** An input that was taken for present is not in the store, or was corrupt. */
export class BadInput extends Error {
  readonly input: Digest

  constructor(role: string, input: Digest) {
    super(`The input "${role}" (${input}) is not in the store any more`)
    this.input = input
  }
}

export interface UnitSurroundings {
  readonly store: Pick<ArtifactStore, 'read'> & {
    readonly checkpoints: Pick<CheckpointStore, 'read' | 'save'>
  }
  readonly cache: ArtifactCache
  readonly resources: WorkerResources
  /** Seconds of computation that it has had in this process. */
  readonly spent: () => number
  readonly onProgress: (progress: UnitProgress) => void
  /** It goes on from a checkpoint: how far it was when it first told, and when the checkpoint was saved. */
  readonly onResumed: (resumed: UnitProgress & { readonly saved: string }) => void
}

/** A context that may be in use, and what to know of it from outside. */
export interface LiveContext {
  readonly context: UnitContext
  /** The first input that could not be had. */
  badInput(): Digest | undefined
  /** Why its result cannot be relied on: the first read of one of its plugins that is not part of its key. */
  violation(): Problem | undefined
  /** Seconds of computation so far, with those that led to the checkpoint it went on from. */
  seconds(): number
  /** Progress that is told afterwards is ignored, and so is what is saved. */
  close(): void
}

/** What a unit's runner works with, as its document says. Throws `BadInput` for an input that cannot be read. */
export function unitContext(
  unit: Unit,
  { store, cache, resources, spent, onProgress, onResumed }: UnitSurroundings,
): LiveContext {
  const { document, label } = unit
  let badInput: Digest | undefined
  const tell = throttled(onProgress)
  let secondsBefore = 0
  /** When the checkpoint was saved that it goes on from, until that has been told. */
  let resumedFrom: string | undefined
  let open = true
  const seconds = () => secondsBefore + spent()

  async function plugin<T>(role: string, kind: 'model' | 'criterion', expected: string): Promise<T> {
    const identity = document.plugins[role]
    if (identity === undefined) throw new Error(`The unit "${label}" has no ${role}`)
    const found = await resources.plugin(kind, identity.name)
    if (!isOfKind(found, expected))
      throw new Problem(
        'usage',
        `The ${role} "${identity.name}" was not made with ${makers[expected] ?? expected}.`,
      )
    return found as T
  }

  return {
    context: {
      runtime: () => resources.runtime(),
      async dataset() {
        if (document.data === null) throw new Error(`The unit "${label}" has no data set`)
        return resources.dataset(document.data)
      },
      model: () => plugin('model', 'model', 'model'),
      criterion: () => plugin('criterion', 'criterion', 'criterion'),
      search: () => plugin('search', 'criterion', 'search'),
      async input(role) {
        const key = document.inputs[role]
        if (key === undefined) throw new Error(`The unit "${label}" has no input "${role}"`)
        const artifact = await cache.get(key, () => store.read(key))
        if (artifact !== undefined) return artifact
        badInput ??= key
        throw new BadInput(role, key)
      },
      async resumed() {
        const key = unit.resumes
        if (key === undefined) return undefined
        return cache.get(key, () => store.read(key))
      },
      async checkpoint() {
        const found = await store.checkpoints.read(unit.key)
        if (found === undefined) return undefined
        secondsBefore = found.seconds
        resumedFrom = found.saved
        return found.content
      },
      async saveCheckpoint(content) {
        if (!open) return
        await store.checkpoints.save(unit.key, {
          content,
          label,
          seconds: seconds(),
          saved: new Date().toISOString(),
        })
      },
      progress(progress) {
        if (!open) return
        if (resumedFrom !== undefined) {
          if (progress.done > 0) onResumed({ ...progress, saved: resumedFrom })
          // It begins at 0: it could not use its checkpoint, and what led to that was in vain.
          else secondsBefore = 0
        }
        resumedFrom = undefined
        tell(progress)
      },
    },
    badInput: () => badInput,
    violation() {
      for (const [role, { name }] of Object.entries(document.plugins)) {
        const found = resources.violation(role === 'model' ? 'model' : 'criterion', name)
        if (found !== undefined) return found
      }
      return undefined
    },
    seconds,
    close() {
      open = false
    },
  }
}

const makers: Readonly<Record<string, string>> = {
  model: 'defineModel',
  criterion: 'defineCriterion',
  search: 'defineSearch',
}

function isOfKind(plugin: unknown, kind: string): boolean {
  return typeof plugin === 'object' && plugin !== null && 'kind' in plugin && plugin.kind === kind
}

/** At most ten times a second, and once when all is done. */
function throttled(tell: (progress: UnitProgress) => void): (progress: UnitProgress) => void {
  let last = -Infinity
  let completed = false
  return (progress) => {
    const now = performance.now()
    const completes = !completed && progress.done >= progress.total
    if (!completes && now - last < PROGRESS_MS) return
    completed ||= completes
    last = now
    tell(progress)
  }
}
