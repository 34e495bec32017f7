import type { ArtifactStore } from '../store/index.ts'
import type { Digest } from '../values/digest.ts'

/**
 * The store, for who reports what a run has: where an artifact turns out to be damaged, which only reading it shows, its
 * unit is computed again, once, and the new one is read. `damaged` holds the keys that the store has set aside.
 */
export function healingStore(
  store: ArtifactStore,
  damaged: ReadonlySet<Digest>,
  compute: (key: Digest) => Promise<void>,
): ArtifactStore {
  const healed = new Map<Digest, Promise<void>>()
  // One after the other: each uses all workers.
  let last = Promise.resolve()
  const heal = (key: Digest): Promise<void> => {
    const known = healed.get(key)
    if (known !== undefined) return known
    last = last.then(() => compute(key))
    healed.set(key, last)
    return last
  }
  const healing =
    <T>(read: (key: Digest) => Promise<T | undefined>) =>
    async (key: Digest): Promise<T | undefined> => {
      const found = await read(key)
      if (found !== undefined || !damaged.has(key)) return found
      await heal(key)
      return read(key)
    }
  return {
    ...store,
    read: healing((key) => store.read(key)),
    facts: healing((key) => store.facts(key)),
    provenance: healing((key) => store.provenance(key)),
  }
}
