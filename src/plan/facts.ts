import type { UnitKind } from './types.ts'

/** Accuracy is a count over a count; in % it is 100 · correct / total. */
export interface Count {
  readonly correct: number
  readonly total: number
}

/** How many weights or filters a mask keeps in one layer. */
export interface LayerDensity {
  /** Name of the maskable parameter, or of the group of filters. */
  readonly name: string
  readonly kept: number
  readonly total: number
}

export interface MaskFacts {
  /** The sparsity asked for; what was achieved is 1 − kept / total. */
  readonly requested: number
  readonly kept: number
  readonly total: number
  readonly layers: readonly LayerDensity[]
  /** Layers that keep nothing. Where a shortcut leads past them, the network is another architecture, but has not collapsed. */
  readonly emptyLayers: readonly string[]
  /**
   * Whether no path of kept weights or filters leads from input to output: nothing is trained. Where the model does not
   * tell its structure, whether a layer keeps nothing.
   */
  readonly collapsed: boolean
}

/** One epoch of training, counted from 1. */
export interface EpochFacts {
  readonly epoch: number
  /** Mean training loss over the epoch's batches, weighted by their sizes. */
  readonly loss: number
  readonly validation: Count | null
  readonly test: Count | null
}

/** A test accuracy and the epoch after which it was taken. */
export interface EpochAccuracy extends Count {
  readonly epoch: number
}

export interface TrainFacts {
  /** Whether the mask had collapsed, so that nothing was trained. */
  readonly collapsed: boolean
  readonly epochs: readonly EpochFacts[]
  /** Test accuracy after the last epoch. */
  readonly last: EpochAccuracy | null
  /** Test accuracy after the epoch of the best validation accuracy (the first of equals); null without a validation split. */
  readonly validationSelected: EpochAccuracy | null
  /** The best test accuracy over all epochs, as older papers report it: selected on the test set, so too high. */
  readonly bestOnTest: EpochAccuracy | null
  /** Training losses of the first iterations, each the mean over its batch before the step; seven digits. */
  readonly firstLosses: readonly number[]
}

/** How much is left, and how much there was. */
export interface KeptOfTotal {
  readonly kept: number
  readonly total: number
}

/** What a pruned network costs, of what the full one does. What is pruned is neither stored nor computed. */
export interface CostFacts {
  /** Trained parameters, biases and batch-norm included. */
  readonly parameters: KeptOfTotal
  /** The same and what is stored beside them: running statistics. */
  readonly stored: KeptOfTotal
  /** Multiply-adds of one image in convolutions and fully connected layers; null where the model does not tell what each weight costs. */
  readonly macs: KeptOfTotal | null
  /** The same, batch-norm and biases included. */
  readonly operations: KeptOfTotal | null
  /** Trained parameters of the full network over those that are left; null if none are. */
  readonly compressionRatio: number | null
  /** Multiply-adds (`macs`) of the full network over those that are left; null if none are, or they are not known. */
  readonly theoreticalSpeedup: number | null
  /** Parameters of which no layer tells what applying them costs; absent where there are none. */
  readonly untold?: readonly string[]
}

/** Time of one inference of a batch, over many. */
export interface LatencyFacts {
  readonly medianMs: number
  /** Quartiles. */
  readonly p25Ms: number
  readonly p75Ms: number
  readonly samples: number
}

/** How many times as fast as the full network a network is, timed beside it. */
export interface SpeedupFacts {
  /** Median over rounds of the full network's time over this one's in the same round. */
  readonly median: number
  /** Confidence interval of that median of at least 95 %, by order statistics (the sign test's). */
  readonly low: number
  readonly high: number
}

/** Times of a pruned network, and what they are of the full one's. */
export interface PrunedLatencyFacts extends LatencyFacts {
  readonly speedup: SpeedupFacts
}

/** Singular values of the derivatives of a network's logits by its normalised input, over images. */
export interface JacobianFacts {
  readonly mean: number
  /** Standard deviation, of all singular values of all images. */
  readonly sd: number
  readonly min: number
  readonly max: number
  /** Images whose Jacobians they are of: the first of the training images. */
  readonly images: number
}

/** How evaluating masks in fewer bits differs from float32, on some of the masks that a search decided. */
export interface ReducedPrecisionFacts {
  readonly precision: 'float16'
  /** Masks that were evaluated in both ways: the first of every 50 that were decided. */
  readonly masks: number
  /** Images under all of these masks together. */
  readonly images: number
  /** Of these images, how many got another class. */
  readonly differently: number
  /** Right answers more than in float32, added up over masks; negative where they are fewer. */
  readonly surplus: number
  /** The same with every mask's difference counted positive. */
  readonly deviation: number
  /** Masks about which the search would have decided otherwise. */
  readonly decisions: number
}

/** Facts of each kind of unit. */
export interface UnitFacts {
  init: { readonly parameters: number }
  pretrain: { readonly iterations: number; readonly loss: number }
  signals: { readonly loss: number }
  scores: {
    /** Names of the maskable parameters, or groups of filters, in the model's order, which breaks ties between equal scores. */
    readonly layers: readonly string[]
  }
  mask: MaskFacts & {
    /**
     * Entries whose score is that of the cut, kept and pruned: between them their place decided, not their score. Added up
     * over layers where each is ranked on its own. 0 and 0 where the cut separates different scores.
     */
    readonly ties: { readonly kept: number; readonly pruned: number }
  }
  search: MaskFacts & {
    /** Of the mask it returned, on the search set. */
    readonly accuracy: Count
    /** Masks evaluated. */
    readonly evaluated: number
    readonly trace: Readonly<Record<string, readonly number[]>>
    /** Of a search that evaluated its masks in fewer bits than float32. */
    readonly reducedPrecision?: ReducedPrecisionFacts
  }
  prune: {
    /** Whether the mask had collapsed, so that no network was made. */
    readonly collapsed: boolean
  }
  train: TrainFacts
  evaluate: {
    readonly collapsed: boolean
    /** Test accuracy of the masked network at its weights after k iterations. */
    readonly atK: Count | null
    /** The same at its initial weights. */
    readonly rewind: Count | null
    /** At its weights after k, on the images held out for validation; told of searches alone. */
    readonly validation?: Count | null
  }
  analyse: CostFacts & {
    /** Null where a maskable parameter is not the weights of a fully connected layer. */
    readonly orthogonality: {
      /** Thesis: Σ over layers of the mean over entries of (WᵀW − I)², in×in Gram matrix. */
      readonly thesis: number
      /** Lee et al. 2020: Σ over layers of ‖WWᵀ − I‖_F, out×out Gram matrix. */
      readonly lee: number
      readonly layers: readonly { readonly name: string; readonly thesis: number; readonly lee: number }[]
    } | null
    /**
     * Weights or filters that lie on a path of kept ones from input to output, of all that masks decide on; null where
     * the model does not tell its structure.
     */
    readonly effective: KeptOfTotal | null
  }
  repair: {
    /** Whether the mask had collapsed, so that nothing was repaired. */
    readonly collapsed: boolean
    /** The thesis' orthogonality score of the masked weights before and after; null where the mask had collapsed. */
    readonly score: { readonly before: number; readonly after: number } | null
  }
  jacobian: {
    readonly collapsed: boolean
    /** Null where the mask has collapsed. */
    readonly singularValues: JacobianFacts | null
  }
  benchmark: {
    /** Images in one batch. */
    readonly batch: number
    /** Null where the mask has collapsed: nothing was measured. */
    readonly full: LatencyFacts | null
    /** With pruned weights as zeros; null for the control and where the mask has collapsed. */
    readonly masked: PrunedLatencyFacts | null
    /** With pruned filters deleted. */
    readonly deleted: PrunedLatencyFacts | null
  }
}

/** Facts as stored in the artifact of a unit of kind `K`. */
export type FactsOf<K extends UnitKind> = UnitFacts[K]
