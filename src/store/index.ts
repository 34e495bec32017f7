export { diskProblem, errorCode } from './disk-problem.ts'
export { journalSize, listRuns, openJournal, readBeginning, readJournal, removeJournal } from './journal.ts'
export type { Journal, JournalEntry, JournalReading } from './journal.ts'
export { leftoverBytes, removeLeftovers } from './leftovers.ts'
export { openStore } from './open-store.ts'
export type { StoreOptions } from './open-store.ts'
export type {
  ArtifactStore,
  Binding,
  BindingStore,
  Checkpoint,
  CheckpointStore,
  Provenance,
  Published,
  Quarantined,
  StoredArtifact,
  StoredCheckpoint,
} from './types.ts'
