import type { DatasetSize } from '../values/dataset.ts'
import type { TrainingSettings } from '../values/training-settings.ts'
import type { Options, Scope } from './criterion.ts'

/** One row group of the matrix: a criterion or search by name, with what the suite wants of it. */
export interface CriterionUse {
  readonly criterion: string
  /** The name in reports; the criterion's own name where absent. Two uses in one suite need different labels. */
  readonly label?: string
  readonly scope?: Scope
  readonly options?: Options
  /** The values of k it is run at, where they differ from the suite's. */
  readonly k?: readonly number[]
}

export interface DataUse {
  readonly name: string
  /** The first so many examples of each split; all where absent. */
  readonly size?: DatasetSize
}

/** A cell's coordinates, as `exclude` sees them. */
export interface MatrixPoint {
  readonly criterion: string
  readonly sparsity: number
  readonly k: number
  readonly seed: number
}

/** What a suite sets and a profile may change. */
export interface SuiteSettings {
  readonly model: string
  /** In order of preference: the first that can be had is used, and every report says which and why. */
  readonly data: readonly (string | DataUse)[]
  readonly criteria: readonly (string | CriterionUse)[]
  /** Shares of maskable weights to prune, each in [0, 1). */
  readonly sparsities: readonly number[]
  /** Iterations (batches) of training before the mask is chosen. */
  readonly k: readonly number[]
  readonly seeds: readonly number[]
  readonly training: TrainingSettings
  /** Images in one batch for gradients that criteria read. */
  readonly scoringBatch: number
  /** Searches measure accuracy on the first so many training images. */
  readonly searchSet: number
  /** Whether the unpruned network is trained and reported beside the cells. */
  readonly control: boolean
}

export interface SuiteDefinition {
  readonly summary: string
  readonly model: string
  readonly data: SuiteSettings['data']
  readonly criteria: SuiteSettings['criteria']
  readonly sparsities: SuiteSettings['sparsities']
  readonly k?: SuiteSettings['k']
  readonly seeds: SuiteSettings['seeds']
  readonly training: TrainingSettings
  readonly scoringBatch?: number
  readonly searchSet?: number
  readonly control?: boolean
  /** Leaves points of the matrix out. */
  readonly exclude?: (point: MatrixPoint) => boolean
  /** Named variations: what a profile states replaces what the suite states. The first is the default one. */
  readonly profiles?: Readonly<Record<string, Partial<SuiteSettings>>>
}

export interface Suite {
  readonly kind: 'suite'
  readonly summary: string
  readonly settings: SuiteSettings
  readonly exclude: (point: MatrixPoint) => boolean
  readonly profiles: Readonly<Record<string, Partial<SuiteSettings>>>
}
