import type {
  CostFacts,
  Count,
  EpochAccuracy,
  EpochFacts,
  FactsOf,
  JacobianFacts,
  KeptOfTotal,
  LatencyFacts,
  LayerDensity,
  PrunedLatencyFacts,
  ReducedPrecisionFacts,
  SpeedupFacts,
} from '../plan/facts.ts'
import type { Remaining } from '../plan/remaining.ts'
import type { CellPoint, EngineIdentity, PluginIdentity, RepairSettings } from '../plan/types.ts'
import type { Digest } from '../values/digest.ts'
import type { Failure } from '../values/failure.ts'
import type { Merit } from '../values/merit.ts'
import type { TrainingSettings } from '../values/training-settings.ts'

/**
 * `collapsed`: no path of kept weights or filters leads from input to output (where the model does not tell its structure: a
 * layer keeps nothing), nothing was trained. `failed`: a unit that its accuracies need failed. `cancelled`: the run was
 * stopped before it was done.
 */
export type CellStatus = 'ok' | 'collapsed' | 'failed' | 'cancelled'

/** A diagnostic that failed: the cell lacks its figures and nothing else. */
export interface MissingFigure {
  /**
   * `analyse`: orthogonality, effective sparsity, parameters and multiply-adds. `jacobian`: singular values. `benchmark`:
   * times of inference.
   */
  readonly role: 'analyse' | 'jacobian' | 'benchmark'
  /** The unit that failed: its own, or one that it needed. */
  readonly unit: { readonly key: Digest; readonly label: string }
  readonly failure: Failure
}

/** Times of one inference, measured beside each other in one run, nothing else running. */
export interface Latency {
  /** Images in one batch. */
  readonly batch: number
  readonly full: LatencyFacts
  /** With pruned filters as zeros, in full size. */
  readonly masked: PrunedLatencyFacts | null
  /** With pruned filters deleted. */
  readonly deleted: PrunedLatencyFacts | null
}

/** Everything known about one cell. What was not computed is null. */
export interface CellRecord {
  readonly id: string
  readonly point: CellPoint
  readonly status: CellStatus
  readonly sparsity: {
    readonly requested: number
    readonly achieved: number | null
    readonly kept: number | null
    readonly total: number | null
  }
  readonly layers: readonly LayerDensity[] | null
  /** Layers that keep nothing. */
  readonly emptyLayers: readonly string[]
  /** Of a criterion's mask: entries with the score of the cut, kept and pruned, so that their place decided; null for searches. */
  readonly ties: FactsOf<'mask'>['ties'] | null
  readonly accuracy: {
    /** Of the mask a search returned, on its own search set. */
    readonly search: Count | null
    /** Of the mask a search returned, untrained, at the weights after k, on the images held out for validation. */
    readonly validation: Count | null
    /** Masked, untrained, at the weights after k, on the test set. */
    readonly atK: Count | null
    /** Masked, untrained, at the initial weights, on the test set. */
    readonly rewind: Count | null
    /** Masked and trained, on the test set. */
    readonly last: EpochAccuracy | null
    readonly validationSelected: EpochAccuracy | null
    readonly bestOnTest: EpochAccuracy | null
  }
  readonly curve: readonly EpochFacts[]
  /** Of networks whose maskable parameters are the weights of fully connected layers. */
  readonly orthogonality: FactsOf<'analyse'>['orthogonality']
  /** Weights or filters on a path from input to output; null where the model does not tell its structure. */
  readonly effective: KeptOfTotal | null
  /** Singular values of the masked network's Jacobian at its initial weights; null where the suite does not ask for them. */
  readonly jacobian: JacobianFacts | null
  readonly cost: CostFacts | null
  /** Times of inference; null where they were not measured. */
  readonly latency: Latency | null
  /** Masks evaluated by a search; 0 for criteria. */
  readonly evaluatedMasks: number
  /** How far a search that evaluated its masks in fewer bits than float32 was from it. */
  readonly reducedPrecision?: ReducedPrecisionFacts
  readonly failure: Failure | null
  /** The unit the failure happened in: the cell's own, or one that it needed. */
  readonly failedUnit: { readonly key: Digest; readonly label: string } | null
  /** Why diagnostics lack; empty where none failed. */
  readonly missingFigures: readonly MissingFigure[]
  /** Keys of the units it was made from, by role. */
  readonly units: Readonly<Record<string, Digest>>
  /** Seconds that all units it needs took when they were computed, shared ones counted in full; a time (see `times.ts`). */
  readonly seconds: number
}

/** Which data set was used, and why not another. */
export interface DataReport {
  readonly name: string
  readonly digest: Digest
  readonly origin: string
  readonly train: number
  readonly test: number
  /** How subsets, validation images and search sets were chosen; absent: the first in the data set's own order. */
  readonly split?: 'stratified'
  readonly passedOver: readonly { readonly name: string; readonly why: string }[]
}

/** What a suite's label for a criterion or search stands for. */
export interface CriterionReport {
  readonly label: string
  readonly plugin: PluginIdentity
  readonly kind: 'criterion' | 'search'
  /** The signals its scores read; empty for a search. */
  readonly needs: readonly string[]
  /** What scores are ranked over; says nothing for a search. */
  readonly scope: 'global' | 'layer'
  /** The plugin's defaults with the suite's choices put in. */
  readonly options: Readonly<Record<string, number | string | boolean>>
  /** Training images its accuracies are measured on; says nothing for a criterion. */
  readonly searchSet: number
  /** In how many bits a search evaluated its masks, where it was not float32. */
  readonly precision?: 'float16'
  /** Whether its masks are applied to newly drawn weights: an ablation. */
  readonly reinitialise: boolean
  /** How masked initial weights are brought closer to orthogonal before training; null where they are not. */
  readonly repair: RepairSettings | null
}

/** One of the parts that a run was cut into. */
export interface Shard {
  /** Which part, counted from 1. */
  readonly index: number
  readonly count: number
  /** Cells of all parts together. */
  readonly cells: number
}

/** What a run was: everything a reader needs to repeat it. */
export interface RunIdentity {
  readonly suite: string
  readonly summary: string
  readonly profile: string
  readonly model: PluginIdentity
  readonly data: DataReport
  readonly engine: EngineIdentity
  readonly training: TrainingSettings
  /** In the order of the suite, also those of which no cell is reported. */
  readonly criteria: readonly CriterionReport[]
  /** Training images in the one batch that gradients for scores are taken on. */
  readonly scoringBatch: number
  /** What masks decide on. */
  readonly granularity: 'weight' | 'filter'
  /** What k counts. */
  readonly kUnit: 'iterations' | 'epochs'
  /** The figure of merit: the accuracy by which criteria are ranked and judged. */
  readonly merit: Merit
  /** The words that chose the reported cells; null where all cells of the suite are reported. */
  readonly filter: string | null
  /** The part of these cells that is reported; null where it is all of them. */
  readonly shard: Shard | null
  /** Cells of the whole suite, reported or not. */
  readonly plannedCells: number
  readonly versions: { readonly 'prune-bench': string; readonly node: string }
}

/** Mean and spread over the seeds of a group. */
export interface Statistic {
  readonly n: number
  readonly mean: number
  /** Sample standard deviation; null for fewer than two values. */
  readonly sd: number | null
  /** Two-sided 95 % confidence interval of the mean (Student's t); null for fewer than two values. */
  readonly ci95: readonly [low: number, high: number] | null
}

/**
 * Cells that differ in their seed, or in the repeat of their search on that seed's weights. Statistics are over seeds, each
 * the mean of its cells that are `ok`: accuracies in %, sparsity as a
 * share, orthogonality as the thesis defines it, seconds of one cell; what is kept of layers is over those that collapsed, too.
 */
export interface Group {
  readonly criterion: string
  readonly sparsity: number
  readonly k: number
  readonly control: boolean
  readonly seeds: readonly number[]
  /** How many cells ended in each way. */
  readonly statuses: Readonly<Record<CellStatus, number>>
  /** Layers that keep nothing under any of the seeds. */
  readonly emptyLayers: readonly string[]
  /** The largest share of a mask of any seed that ties decide (see `ties.ts`); null for searches and the control. */
  readonly tiedShare: number | null
  readonly achievedSparsity: Statistic | null
  readonly search: Statistic | null
  readonly validation: Statistic | null
  readonly atK: Statistic | null
  readonly rewind: Statistic | null
  readonly last: Statistic | null
  readonly validationSelected: Statistic | null
  readonly bestOnTest: Statistic | null
  readonly orthogonality: Statistic | null
  /** As Lee et al. 2020 define it. */
  readonly orthogonalityLee: Statistic | null
  /** Share of weights or filters that lie on no path from input to output, pruned ones included. */
  readonly effectiveSparsity: Statistic | null
  /** Mean and standard deviation of the singular values of each network's Jacobian. */
  readonly jacobianMean: Statistic | null
  readonly jacobianSd: Statistic | null
  /** Trained parameters and multiply-adds that are left, and how many times less that is than the full network's. */
  readonly parameters: Statistic | null
  readonly macs: Statistic | null
  readonly compressionRatio: Statistic | null
  readonly theoreticalSpeedup: Statistic | null
  /** What is kept of each layer, of how much: the groups of filters, or the maskable weights. */
  readonly layers: readonly {
    readonly name: string
    readonly total: number
    readonly kept: Statistic
  }[]
  /**
   * Milliseconds of one inference of the full, the masked and the pruned network, and how many times as fast as the full one
   * the pruned one is: mean over seeds, the interval from the lowest to the highest end of theirs; times (see `times.ts`).
   */
  readonly latency: {
    readonly full: Statistic | null
    readonly masked: Statistic | null
    readonly deleted: Statistic | null
    readonly speedup: SpeedupFacts | null
  }
  readonly seconds: Statistic | null
}

/** How the run went: differs between a first run and a cached one. */
export interface RunSummary {
  /** `report` computes nothing: what is not stored counts as cancelled. `run` where absent. */
  readonly command?: 'run' | 'report'
  /** Units, by how they ended. */
  readonly computed: number
  readonly cached: number
  readonly failed: number
  readonly blocked: number
  readonly cancelled: number
  readonly seconds: number
  /** How long what was not computed takes, at this run's pace; absent where nothing tells. */
  readonly rest?: Remaining
}

/** How far a criterion can prune at no loss, by one way to measure accuracy. */
export interface Critical {
  readonly criterion: string
  readonly k: number
  readonly metric: 'last' | 'validationSelected' | 'bestOnTest'
  /** Points of accuracy below the control that count as no loss. */
  readonly within: number
  /** The largest sparsity that is within, as all smaller ones that were run are; null where the smallest is not. */
  readonly sparsity: number | null
}

/** `results.json`. */
export interface Results {
  readonly schema: 'prune-bench/results@4'
  readonly identity: RunIdentity
  readonly groups: readonly Group[]
  readonly critical: readonly Critical[]
  readonly cells: readonly CellRecord[]
}
