import type { MetricName } from '../plugin/index.ts'
import type { CellRecord } from '../results/index.ts'
import type { SourcePlace } from '../values/problem.ts'

/** `unsure`: what was measured is too little to tell; it is shown and does not fail a run. */
export type Outcome = 'pass' | 'fail' | 'unsure'

/** `skipped`: it is about other data or another profile, or about cells that were not run. */
export type AssertionOutcome = Outcome | 'skipped'

/** The cells of one criterion, sparsity and k, over seeds. */
export interface GroupPoint {
  readonly criterion: string
  readonly sparsity: number
  readonly k: number
  readonly control: boolean
}

/** One group held against what an assertion claims. */
export interface AssertionCheck {
  readonly group: GroupPoint
  readonly outcome: AssertionOutcome
  /** What was measured: the mean over seeds, of pairs where it is held against other cells. */
  readonly value: number | null
  /** What it had to be, with the margin the assertion asks for. */
  readonly target: number | null
  /** By how much it holds; negative: by how much it fails. */
  readonly margin: number | null
  /** Two-sided 95 % confidence interval of the margin; null for fewer than two values. */
  readonly ci95: readonly [low: number, high: number] | null
  /** The seeds that were compared. */
  readonly seeds: readonly number[]
  /** Names of the cells it is about, those it is held against included. */
  readonly cells: readonly string[]
  /** Why it cannot be judged, or which cells break it; null where the figures say it. */
  readonly reason: string | null
}

/** What became of one assertion. */
export interface AssertionResult {
  /** The assertion in words: `snip at 90 % exceeds random by at least 0.5 points (trained accuracy)`. */
  readonly title: string
  readonly outcome: AssertionOutcome
  readonly place: SourcePlace | null
  /** Why it was skipped. */
  readonly reason: string | null
  readonly checks: readonly AssertionCheck[]
}

/** Figures of one cell that a baseline keeps; null where they were not computed. */
export type BaselineFigures = Readonly<Partial<Record<MetricName, number>>>

/** A cell as it was accepted. */
export interface BaselineCell extends GroupPoint {
  readonly id: string
  readonly seed: number
  readonly searchSeed?: number
  readonly status: CellRecord['status']
  /** The beginning of a digest of the keys of its units: equal ones mean the same computation. */
  readonly work: string
  readonly figures: BaselineFigures
}

/** Mean and spread over the seeds of a group as it was accepted. */
export interface BaselineGroup extends GroupPoint {
  readonly figures: Readonly<
    Partial<Record<MetricName, { readonly n: number; readonly mean: number; readonly sd: number | null }>>
  >
}

/** The accepted results of one profile on one data set. */
export interface BaselineRecord {
  readonly profile: string
  readonly data: {
    readonly name: string
    readonly digest: string
    readonly train: number
    readonly test: number
    readonly split?: 'stratified'
  }
  readonly engine: {
    readonly runtime: string
    readonly version: string
    readonly device: string
    readonly threads: number
  }
  /** Whose times they are; null where nothing was timed. */
  readonly machine: string | null
  readonly version: string
  readonly groups: readonly BaselineGroup[]
  readonly cells: readonly BaselineCell[]
}

/** `suites/<suite>.baseline.json`: what was accepted, a record for each profile and data set. */
export interface Baseline {
  readonly schema: 'prune-bench/baseline@1'
  readonly suite: string
  readonly records: readonly BaselineRecord[]
}

/**
 * How a figure of a group compares with the baseline. `identical`: the same to the last bit. `same`: different, but no
 * more than noise explains. `unsure`: perhaps worse; more seeds would tell.
 */
export type ChangeOutcome = 'identical' | 'same' | 'better' | 'worse' | 'unsure'

/** One figure of one group beside what was accepted. Differences are positive where it got better. */
export interface Change {
  readonly group: GroupPoint
  readonly metric: MetricName
  readonly outcome: ChangeOutcome
  /** Whether `worse` fails the run; what does not gate informs. */
  readonly gates: boolean
  readonly before: number
  readonly now: number
  /** Mean difference over the seeds that both have (of the means where none match); of logarithms for times. */
  readonly difference: number
  /** The difference must be below this to count as worse; null where no spread is known. */
  readonly limit: number | null
  /** Confidence interval of the difference at the level that all comparisons together leave to it. */
  readonly interval: readonly [low: number, high: number] | null
  /** Standard deviation of a paired difference of two cells that noise alone explains. */
  readonly noise: number | null
  /** Seeds compared in pairs; none: groups with other seeds. */
  readonly seeds: readonly number[]
  /** Seeds that would tell, where these are too few. */
  readonly seedsNeeded: number | null
  /** Seeds that by themselves fell further than chance can explain. */
  readonly fallen: readonly FallenSeed[]
}

/** A seed whose cell got worse by more than two cells of different seeds differ. */
export interface FallenSeed {
  readonly seed: number
  readonly before: number
  readonly now: number
  /** The difference had to be below this. */
  readonly limit: number
}

/** A change that makes a run fail. */
export type Regression =
  | ({ readonly kind: 'worse' } & Change)
  /** Cells that collapsed or failed in a group that had none of them, or in which no cell is ok any more. */
  | {
      readonly kind: 'lost'
      readonly group: GroupPoint
      readonly status: 'collapsed' | 'failed'
      readonly cells: readonly string[]
    }

/** Results beside the baseline. */
export interface Comparison {
  readonly outcome: Outcome
  readonly regressions: readonly Regression[]
  /** Every figure of every group that both have. */
  readonly changes: readonly Change[]
  /** Cells that are the same to the last bit, of those that both have. */
  readonly identical: number
  readonly compared: number
  /** Cells that the baseline lacks. */
  readonly missing: readonly string[]
  /** Cells of the baseline that the suite no longer has: removed, or renamed. */
  readonly obsolete: readonly string[]
  /** Cells of the baseline that the suite has, but were not run to the end. */
  readonly notRun: number
  /** What to know about the comparison: another engine, another machine. */
  readonly notes: readonly string[]
}

/** `verdict.json`: whether a run's results are what they should be. */
export interface Verdict {
  readonly schema: 'prune-bench/verdict@2'
  readonly suite: string
  readonly profile: string
  /** A run whose assertions were all skipped is unsure: nothing was judged. */
  readonly outcome: Outcome
  /** How many cells there were to judge, and how many the suite has. */
  readonly cells: { readonly judged: number; readonly planned: number }
  /** How many assertions ended in each way. */
  readonly counts: Readonly<Record<AssertionOutcome, number>>
  readonly assertions: readonly AssertionResult[]
  /** Null where nothing was accepted for this profile and data set. */
  readonly baseline: Comparison | null
}
