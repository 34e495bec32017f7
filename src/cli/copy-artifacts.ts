import { canonicalJson } from '../values/canonical-json.ts'
import type { ArtifactStore, Provenance } from '../store/index.ts'
import { mergeBindings } from '../execute/index.ts'
import type { Digest } from '../values/digest.ts'

/** What became of the artifacts of one store in another. */
export interface Copied {
  /** How each of them came to be. */
  readonly provenance: ReadonlyMap<Digest, Provenance>
  /** Labels of those that the other store has with other facts; its own stay. */
  readonly conflicts: readonly string[]
}

/**
 * Copies what one store holds and another lacks; digests are verified on both sides. Throws a `Problem` before anything is
 * copied where they hold results of other data under one digest.
 */
export async function copyArtifacts(from: ArtifactStore, to: ArtifactStore): Promise<Copied> {
  await mergeBindings(from, to)
  const all = new Map<Digest, Provenance>()
  const conflicts: string[] = []
  for await (const { key, provenance } of from.list()) {
    all.set(key, provenance)
    const [there, here] = [await to.facts(key), await from.facts(key)]
    if (there !== undefined) {
      if (here !== undefined && canonicalJson(there) !== canonicalJson(here)) conflicts.push(provenance.label)
      continue
    }
    const artifact = await from.read(key)
    // A damaged one has been set aside by its own store; it is computed again when it is needed.
    if (artifact !== undefined) await to.publish(key, artifact, provenance)
  }
  return { provenance: all, conflicts }
}
