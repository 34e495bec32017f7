import type { Options, Scope, SignalName } from '../plugin/index.ts'
import type { Digest } from '../values/digest.ts'
import type { TrainingSettings } from '../values/training-settings.ts'

/** One point of the matrix. `criterion` is the label the suite gave it; the unpruned control has `control: true`. */
export interface CellPoint {
  readonly criterion: string
  readonly sparsity: number
  /** Iterations (batches) of training before the mask is chosen. */
  readonly k: number
  readonly seed: number
  readonly control: boolean
}

/** What each kind of unit is told, besides its inputs, plugins, data, engine and seed. */
export interface UnitSettings {
  /** Draw initial weights. */
  init: Record<string, never>
  /** Train the full network for k iterations. */
  pretrain: { iterations: number; training: TrainingSettings }
  /** Gradient of the loss at the weights on one batch of the training images that are not held out. */
  signals: { batchSize: number; validation: number }
  /** Score every maskable weight. */
  scores: { needs: readonly SignalName[]; options: Options }
  /** Keep the highest scores. */
  mask: { sparsity: number; scope: Scope }
  /** Look for a mask of high accuracy on the search set (the first `searchSet` training images). */
  search: { sparsity: number; searchSet: number; options: Options }
  /** Train the masked network from the given weights. */
  train: { training: TrainingSettings }
  /** Test accuracy of the masked network without training: at the weights after k, and rewound. */
  evaluate: Record<string, never>
  /** Orthogonality and cost of the masked network at its initial weights. */
  analyse: Record<string, never>
}

export type UnitKind = keyof UnitSettings

/** A plugin's identity: the digest of its bundled source. */
export interface PluginIdentity {
  readonly name: string
  readonly digest: Digest
}

export interface DataIdentity {
  readonly name: string
  readonly digest: Digest
  readonly train: number
  readonly test: number
}

/** The numeric engine as far as it can change results. */
export interface EngineIdentity {
  readonly runtime: string
  readonly version: string
  readonly device: string
  readonly threads: number
}

/** Everything that can change a unit's result. A unit's key is the digest of its canonical JSON. */
export interface KeyDocument<K extends UnitKind = UnitKind> {
  readonly schema: number
  readonly kind: K
  readonly settings: UnitSettings[K]
  /** Keys of the units it reads, by the role they play. */
  readonly inputs: Readonly<Record<string, Digest>>
  /** Plugins it runs, by role: model, criterion or search. */
  readonly plugins: Readonly<Record<string, PluginIdentity>>
  readonly data: DataIdentity | null
  readonly engine: EngineIdentity | null
  readonly seed: number | null
}

/** One piece of work. */
export type Unit<K extends UnitKind = UnitKind> = {
  [P in K]: {
    readonly key: Digest
    readonly kind: P
    readonly document: KeyDocument<P>
    /** For people: what it does, for which criterion, sparsity, k, seed. */
    readonly label: string
    /** Expected cost relative to other units, for scheduling and progress: multiply-adds, roughly. */
    readonly weight: number
  }
}[K]

/** The units a cell's record is made from, by role. A role is absent where the cell has no such unit. */
export interface CellUnits {
  readonly init: Digest
  readonly mask?: Digest
  readonly search?: Digest
  readonly evaluate: Digest
  readonly train: Digest
  readonly analyse: Digest
}

export interface PlannedCell {
  /** Unique in the suite, for people and filters: `snip s=90% k=0 seed=1`. */
  readonly id: string
  readonly point: CellPoint
  readonly units: CellUnits
}

/** Cells and the units they need; `units` is in topological order: inputs come first. */
export interface Plan {
  readonly cells: readonly PlannedCell[]
  readonly units: ReadonlyMap<Digest, Unit>
}
