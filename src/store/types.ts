import type { Artifact } from '../values/artifact.ts'
import type { Digest } from '../values/digest.ts'
import type { JsonObject } from '../values/json.ts'

/** How an artifact came to be: kept beside it, not part of its content. */
export interface Provenance {
  /** Everything the key is a digest of. */
  readonly document: JsonObject
  /** The unit's label, for people. */
  readonly label: string
  /** Seconds the computation took. */
  readonly seconds: number
  /** ISO 8601. */
  readonly created: string
}

/** `committed`: new. `duplicate`: the same content was there. `conflict`: other content was there; it stays, the new one is kept aside. */
export type Published = 'committed' | 'duplicate' | 'conflict'

export interface StoredArtifact {
  readonly key: Digest
  readonly provenance: Provenance
  readonly bytes: number
}

/** An artifact whose bytes are not what they were when it was stored; it has been moved to `movedTo`. */
export interface Quarantined {
  readonly key: Digest
  readonly file: string
  readonly expected: string
  readonly found: string
  readonly movedTo: string
}

/** Artifacts by key. The only truth: every report is a function of it and the journal. */
export interface ArtifactStore {
  /** Whether there is an artifact, without verifying it. */
  has(key: Digest): Promise<boolean>
  /** The verified artifact; undefined where there is none or where it was bad (then it was quarantined and reported). */
  read(key: Digest): Promise<Artifact | undefined>
  /** The same, facts alone: tensors are neither read nor verified. */
  facts(key: Digest): Promise<JsonObject | undefined>
  provenance(key: Digest): Promise<Provenance | undefined>
  publish(key: Digest, artifact: Artifact, provenance: Provenance): Promise<Published>
  list(): AsyncIterable<StoredArtifact>
  /** Reads everything; yields each bad artifact after setting it aside. */
  verify(): AsyncIterable<Quarantined>
  /** Removes an artifact, if it is there. */
  remove(key: Digest): Promise<void>
}
