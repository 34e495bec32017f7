import type { Unit, UnitKind } from '../plan/types.ts'
import type { Criterion, Model, Search } from '../plugin/index.ts'
import type { Runtime } from '../runtime/index.ts'
import type { Artifact } from '../values/artifact.ts'
import type { Dataset } from '../values/dataset.ts'

/** How far a unit is; `note` is a short text such as `epoch 3: loss 0.12`. */
export interface UnitProgress {
  readonly done: number
  readonly total: number
  readonly note?: string
}

/** What a unit runner may ask for. */
export interface UnitContext {
  runtime(): Promise<Runtime>
  /** Data set of the unit's identity, verified, in memory. */
  dataset(): Promise<Dataset>
  model(): Promise<Model>
  criterion(): Promise<Criterion>
  search(): Promise<Search>
  /** The artifact of the input that plays `role`. */
  input(role: string): Promise<Artifact>
  /** The artifact of the unit this one goes on from; undefined where there is none, or it cannot be read. */
  resumed(): Promise<Artifact | undefined>
  /** What this very unit last saved, where its process was ended before it was done; otherwise undefined. */
  checkpoint(): Promise<Uint8Array | undefined>
  /** Saves how far it is, in place of what it saved before. Forgotten when the unit is done. */
  saveCheckpoint(bytes: Uint8Array): Promise<void>
  progress(progress: UnitProgress): void
}

/** Computes one unit. Pure but for the context: equal key, equal artifact. */
export type RunUnit<K extends UnitKind> = (unit: Unit<K>, context: UnitContext) => Promise<Artifact>
