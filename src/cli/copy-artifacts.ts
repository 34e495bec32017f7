import type { ArtifactStore, Provenance } from '../store/index.ts'
import type { Digest } from '../values/digest.ts'

/** What became of the artifacts of one store in another. */
export interface Copied {
  /** How each of them came to be. */
  readonly provenance: ReadonlyMap<Digest, Provenance>
  /** Labels of those that the other store has with other content. */
  readonly conflicts: readonly string[]
}

/** Copies what a store holds into another one; digests are verified on both sides. */
export async function copyArtifacts(from: ArtifactStore, to: ArtifactStore): Promise<Copied> {
  const all = new Map<Digest, Provenance>()
  const conflicts: string[] = []
  for await (const { key, provenance } of from.list()) {
    const artifact = await from.read(key)
    // A damaged one has been set aside by its own store; it is computed again when it is needed.
    if (artifact === undefined) continue
    all.set(key, provenance)
    const published = await to.publish(key, artifact, provenance)
    if (published === 'conflict') conflicts.push(provenance.label)
  }
  return { provenance: all, conflicts }
}
