import type { CriterionUse, Granularity, Options, Scope, SignalName } from '../plugin/index.ts'
import type { Digest } from '../values/digest.ts'
import type { Split } from '../values/dataset.ts'
import type { TrainingSettings } from '../values/training-settings.ts'

/** One point of the matrix. `criterion` is the label the suite gave it; the unpruned control has `control: true`. */
export interface CellPoint {
  readonly criterion: string
  readonly sparsity: number
  /** Iterations (batches) or epochs of training before the mask is chosen, as the suite counts. */
  readonly k: number
  readonly seed: number
  /** Which repeat of a search on the same weights; absent where the suite repeats none. */
  readonly searchSeed?: number
  readonly control: boolean
}

/** Said where filters are pruned; absent for single weights. */
interface ByFilter {
  granularity?: Exclude<Granularity, 'weight'>
}

/** How weights are repaired: steps of gradient descent, and its rate. */
export type RepairSettings = NonNullable<CriterionUse['repair']>

/** What each kind of unit is told, besides its inputs, plugins, data, engine and seed. */
export interface UnitSettings {
  /** Draw initial weights; `fresh` ones are other than those that everything else of the seed begins with. */
  init: { draw?: 'fresh' }
  /** Train the full network for k iterations. */
  pretrain: { iterations: number; training: TrainingSettings }
  /** Gradient of the loss at the weights on one batch of the training images that are not held out. */
  signals: { batchSize: number; validation: number; loss?: NonNullable<TrainingSettings['loss']> }
  /** Score every maskable weight, or every filter. */
  scores: ByFilter & { needs: readonly SignalName[]; options: Options }
  /** Keep the highest scores. */
  mask: ByFilter & { sparsity: number; scope: Scope }
  /** Look for a mask of high accuracy on the search set (`searchSet` training images). */
  search: ByFilter & {
    /** Names its random numbers, by all that makes its cell: no two cells of a suite share them. */
    stream: string
    sparsity: number
    searchSet: number
    options: Options
    /** Real numbers that masks are evaluated with; float32 where absent. */
    precision?: 'float16'
  }
  /** Delete the filters that a mask prunes. */
  prune: Record<string, never>
  /** Bring masked weights closer to orthogonal, by gradient descent on the thesis' score of each layer. */
  repair: RepairSettings
  /** Train the masked network from the given weights. */
  train: { training: TrainingSettings }
  /** Test accuracy of the masked network without training: at the weights after k, and rewound; on held-out images, too, if asked. */
  evaluate: ByFilter & { validation?: number }
  /** Orthogonality and cost of the pruned network at its initial weights. */
  analyse: ByFilter
  /** Singular values of the masked network's Jacobian on so many training images. */
  jacobian: ByFilter & { images: number }
  /** Time inference of the full, the masked and the pruned network; `machine` tells whose times they are. */
  benchmark: ByFilter & { batch: number; machine: string }
}

export type UnitKind = keyof UnitSettings

/** A plugin's identity: the digest of its bundled source, and what it reads besides. */
export interface PluginIdentity {
  readonly name: string
  readonly digest: Digest
  /** Environment variables, files and properties of the machine by name, with digests of what was found; absent for none. */
  readonly reads?: Readonly<Record<string, string>>
}

export interface DataIdentity {
  readonly name: string
  readonly digest: Digest
  readonly train: number
  readonly test: number
  /** Absent: the data set's own order. */
  readonly split?: Exclude<Split, 'first'>
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

/** What is known of a unit that does not change its result. */
export interface UnitNotes {
  /** For people: what it does, for which criterion, sparsity, k, seed. */
  readonly label: string
  /** Expected cost relative to other units, for scheduling and progress: multiply-adds, roughly. */
  readonly weight: number
  /** A unit whose artifact is the beginning of this one's work: it saves time. */
  readonly resumes?: Digest
  /** Whether nothing else may run beside it, as for measurements of time. */
  readonly alone?: boolean
}

/** One piece of work. */
export type Unit<K extends UnitKind = UnitKind> = {
  [P in K]: UnitNotes & {
    readonly key: Digest
    readonly kind: P
    readonly document: KeyDocument<P>
  }
}[K]

/** The units a cell's record is made from, by role. A role is absent where the cell has no such unit. */
export interface CellUnits {
  readonly init: Digest
  readonly mask?: Digest
  readonly search?: Digest
  readonly prune?: Digest
  readonly repair?: Digest
  readonly evaluate: Digest
  readonly train: Digest
  readonly analyse: Digest
  readonly jacobian?: Digest
  readonly benchmark?: Digest
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
