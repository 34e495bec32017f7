import type { DatasetSize, Split } from '../values/dataset.ts'
import type { Merit } from '../values/merit.ts'
import type { Precision } from '../values/precision.ts'
import type { TrainingSettings } from '../values/training-settings.ts'
import type { Assertion } from './assertion.ts'
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
  /** Repeats of a search, where they differ from the suite's. */
  readonly searchSeeds?: readonly number[]
  /** A search's own set, where it differs from the suite's: so many training images, or all that are not held out. */
  readonly searchSet?: number | 'all'
  /**
   * A search may evaluate its masks in fewer bits where the device can: faster, but some images are classified
   * otherwise. How many, and how many decisions that changes, is measured on some of the masks and reported.
   */
  readonly evaluation?: { readonly precision: Precision }
  /**
   * An ablation: the mask is applied to newly drawn weights instead of the initial ones. A mask that is worth no more
   * than its layer-wise shares trains as well on these ("random-init equivalent").
   */
  readonly reinitialise?: boolean
  /**
   * Brings the masked initial weights of fully connected layers closer to orthogonal before they are trained: so many
   * steps of gradient descent on each layer's score. The thesis took 10,000 to 20,000 with a rate of 0.1.
   */
  readonly repair?: { readonly iterations: number; readonly learningRate: number }
}

/** What a mask decides on: single weights, or filters (neurons in fully connected layers), which are really deleted. */
export type Granularity = 'weight' | 'filter'

/** What k counts. */
export type KUnit = 'iterations' | 'epochs'

export interface DataUse {
  readonly name: string
  /** So many training and test images, chosen as `split` says; all where absent. */
  readonly size?: DatasetSize
  /** Where `CI` is set, too, it may take the place of those before it that cannot be had; else `--data` has to name it. */
  readonly inCI?: boolean
}

/** A cell's coordinates, as `exclude` sees them; the sparsity is rounded to 10 digits: 0.3 where the suite says 0.1 + 0.2. */
export interface MatrixPoint {
  readonly criterion: string
  readonly sparsity: number
  readonly k: number
  readonly seed: number
  /** Which repeat of a search; absent where the suite repeats none. */
  readonly searchSeed?: number
}

/** What a suite sets and a profile may change. */
export interface SuiteSettings {
  readonly model: string
  /** In order of preference: the first that can be had is used, and every report says which and why. */
  readonly data: readonly (string | DataUse)[]
  readonly criteria: readonly (string | CriterionUse)[]
  readonly granularity: Granularity
  /** Shares of maskable weights, or of filters, to prune, each in [0, 1); known to 10 digits, as cell ids show them. */
  readonly sparsities: readonly number[]
  /** How long the full network trains before the mask is chosen. */
  readonly k: readonly number[]
  /** What k counts: iterations (batches) or epochs. */
  readonly kUnit: KUnit
  readonly seeds: readonly number[]
  /**
   * Repeats every search on the same weights, once for each of these: how much its masks depend on its own random numbers.
   * Repeats of one seed count as one in statistics, by their mean. Absent: each search runs once.
   */
  readonly searchSeeds?: readonly number[]
  readonly training: TrainingSettings
  /** Images in one batch for gradients that criteria read. */
  readonly scoringBatch: number
  /** Searches measure accuracy on so many training images, none of which is held out for validation. */
  readonly searchSet: number
  /** How subsets, validation images and search sets are chosen. */
  readonly split: Split
  /** Whether the unpruned network is trained and reported beside the cells. */
  readonly control: boolean
  /** Images in one batch for which inference is timed: full, masked and pruned network; null: nothing is timed. */
  readonly latencyBatch: number | null
  /** On how many training images the singular values of each network's Jacobian are computed, before training; null: on none. */
  readonly jacobian: { readonly images: number } | null
  /**
   * The figure of merit: the accuracy that rules the summary, the default figure, what is bold, what assertions compare
   * unless they name a metric, and what a baseline gates on.
   */
  readonly merit: Merit
  /** What must hold of the results; a run in which it does not fails. */
  readonly assertions: readonly Assertion[]
}

export interface SuiteDefinition {
  readonly summary: string
  readonly model: string
  readonly data: SuiteSettings['data']
  readonly criteria: SuiteSettings['criteria']
  readonly sparsities: SuiteSettings['sparsities']
  /** Default: single weights. */
  readonly granularity?: Granularity
  readonly k?: SuiteSettings['k']
  /** Default: iterations. */
  readonly kUnit?: KUnit
  readonly seeds: SuiteSettings['seeds']
  readonly searchSeeds?: readonly number[]
  readonly training: TrainingSettings
  readonly scoringBatch?: number
  readonly searchSet?: number
  /** Default: stratified. */
  readonly split?: Split
  readonly control?: boolean
  readonly latencyBatch?: number | null
  readonly jacobian?: SuiteSettings['jacobian']
  /** Default: `last`, the test accuracy after the last epoch. */
  readonly merit?: Merit
  readonly assertions?: SuiteSettings['assertions']
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
