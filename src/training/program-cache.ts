import type { Model } from '../plugin/index.ts'
import type { Runtime } from '../runtime/index.ts'

/** What a runtime makes of a function. */
export interface Compiled {
  dispose(): Promise<void>
}

/** A program, and how much memory its tensors take while it runs: engines keep that until it is disposed. */
export interface Made<P extends Compiled> {
  readonly program: P
  readonly bytes: number
}

/** How to make a program. The name tells everything that shapes it. */
export interface Recipe<P extends Compiled> {
  readonly name: string
  readonly make: () => Promise<Made<P>>
}

interface Entry {
  readonly made: Promise<Made<Compiled>>
  bytes: number
  users: number
}

/** Compiled programs by name; those not used for longest are disposed when there are too many or they take too much. */
export class ProgramCache {
  private readonly limits: { readonly programs: number; readonly bytes: number }
  /** The least recently used first. */
  private readonly entries = new Map<string, Entry>()

  constructor(limits: { readonly programs: number; readonly bytes: number }) {
    this.limits = limits
  }

  /**
   * Works with the program of this name, made if it is not there. No program is disposed while somebody works with
   * it; one that cannot be made is forgotten.
   */
  async use<P extends Compiled, T>({ name, make }: Recipe<P>, work: (program: P) => Promise<T>): Promise<T> {
    const entry: Entry = this.entries.get(name) ?? { made: make(), bytes: 0, users: 0 }
    this.entries.delete(name)
    this.entries.set(name, entry)
    entry.users++
    try {
      const { program, bytes } = await entry.made.catch((error: unknown) => {
        if (this.entries.get(name) === entry) this.entries.delete(name)
        throw error
      })
      entry.bytes = bytes
      // Before it runs: what it takes then comes on top of what the others keep.
      await this.evict()
      // One name always has one kind of program.
      return await work(program as P)
    } finally {
      entry.users--
      await this.evict()
    }
  }

  private async evict(): Promise<void> {
    for (;;) {
      const entries = [...this.entries]
      const bytes = entries.reduce((sum, [, entry]) => sum + entry.bytes, 0)
      if (entries.length <= this.limits.programs && bytes <= this.limits.bytes) return
      // The newest stays, however much it takes: it is likely to be asked for again.
      const oldest = entries.slice(0, -1).find(([, { users }]) => users === 0)
      if (!oldest) return
      this.entries.delete(oldest[0])
      await (await oldest[1].made).program.dispose()
    }
  }
}

/** Kept for each runtime. Enough bytes for the programs that a training of a convolutional network alternates between. */
const LIMITS = { programs: 64, bytes: 1024 ** 3 }

const caches = new WeakMap<Runtime, ProgramCache>()
const models = new WeakMap<Model, number>()
let modelsSeen = 0

/** Works with a program for a model on a runtime, compiled where it is not there any more; its name need not tell these two. */
export function withProgram<P extends Compiled, T>(
  runtime: Runtime,
  model: Model,
  recipe: Recipe<P>,
  work: (program: P) => Promise<T>,
): Promise<T> {
  const cache = caches.get(runtime) ?? new ProgramCache(LIMITS)
  caches.set(runtime, cache)
  const id = models.get(model) ?? modelsSeen++
  models.set(model, id)
  return cache.use({ ...recipe, name: `${id}/${recipe.name}` }, work)
}
