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

/**
 * `committed`: new. `duplicate`: the same content was there. `conflict`: other content was there; it stays, the new one is
 * kept aside. `replaced`: other content was there and is kept aside now, as the store was opened to replace.
 */
export type Published = 'committed' | 'duplicate' | 'conflict' | 'replaced'

export interface StoredArtifact {
  readonly key: Digest
  readonly provenance: Provenance
  readonly bytes: number
}

/** An artifact or a checkpoint whose bytes are not what they were when it was stored; it has been moved to `movedTo`. */
export interface Quarantined {
  readonly key: Digest
  readonly file: string
  readonly expected: string
  readonly found: string
  readonly movedTo: string
}

/** What a unit that is not done saved of itself. */
export interface Checkpoint {
  readonly content: Uint8Array
  /** The unit's label, for people. */
  readonly label: string
  /** Seconds of computation that led to it. */
  readonly seconds: number
  /** ISO 8601. */
  readonly saved: string
}

export interface StoredCheckpoint extends Omit<Checkpoint, 'content'> {
  readonly key: Digest
  readonly bytes: number
}

/** The last checkpoint of each unit that is not done, by the unit's key. Losing one costs time and nothing else. */
export interface CheckpointStore {
  /** The verified checkpoint; undefined where there is none or where it was bad (then it was quarantined and reported). */
  read(key: Digest): Promise<Checkpoint | undefined>
  /** Puts it in place of the one before, wholly or not at all. */
  save(key: Digest, checkpoint: Checkpoint): Promise<void>
  /** The unit failed with this checkpoint as its last; one that it fails with three times is removed. */
  failed(key: Digest): Promise<void>
  /** Removes it, if it is there. */
  remove(key: Digest): Promise<void>
  list(): AsyncIterable<StoredCheckpoint>
  /** Reads everything; yields each bad one after setting it aside. */
  verify(): AsyncIterable<Quarantined>
}

/** What stands behind a claim, such as the digest that a data set says it has. */
export interface Binding {
  /** For people: the data set's name. */
  readonly name: string
  /** The digest of the content that was found. */
  readonly content: Digest
}

/** Claims, each with the content that it was first found to have in this store. */
export interface BindingStore {
  /** Binds a claim that is not bound yet; returns what it is bound to. */
  bind(claim: Digest, binding: Binding): Promise<Binding>
  list(): AsyncIterable<Binding & { readonly claim: Digest }>
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
  /** Puts it there, and removes the unit's checkpoint, which nobody needs any more. */
  publish(key: Digest, artifact: Artifact, provenance: Provenance): Promise<Published>
  list(): AsyncIterable<StoredArtifact>
  /** Reads everything, checkpoints included; yields each bad one after setting it aside. */
  verify(): AsyncIterable<Quarantined>
  /** Removes an artifact, if it is there. */
  remove(key: Digest): Promise<void>
  readonly checkpoints: CheckpointStore
  readonly bindings: BindingStore
}
