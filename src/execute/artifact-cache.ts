import type { Artifact } from '../values/artifact.ts'
import type { Digest } from '../values/digest.ts'

/** Keeps the most recently used artifacts in memory. */
export interface ArtifactCache {
  /** The artifact, from memory or from `read`; undefined where `read` has none. */
  get(key: Digest, read: () => Promise<Artifact | undefined>): Promise<Artifact | undefined>
}

/** A cache of at most so many bytes of tensors, but always of the last artifact. */
export function artifactCache(maxBytes: number): ArtifactCache {
  const kept = new Map<Digest, Artifact>()
  let bytes = 0
  return {
    async get(key, read) {
      const artifact = kept.get(key) ?? (await read())
      if (artifact === undefined) return undefined
      if (kept.delete(key)) bytes -= tensorBytes(artifact)
      kept.set(key, artifact)
      bytes += tensorBytes(artifact)
      for (const [oldest, its] of kept) {
        if (bytes <= maxBytes || oldest === key) break
        kept.delete(oldest)
        bytes -= tensorBytes(its)
      }
      return artifact
    },
  }
}

function tensorBytes({ tensors }: Artifact): number {
  return Object.values(tensors).reduce((sum, { data }) => sum + data.byteLength, 0)
}
