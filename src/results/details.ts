import type { UnitFacts } from '../plan/facts.ts'

/** Columns that a search logged of itself, of equal length. */
export type SearchTrace = UnitFacts['search']['trace']

/** Training loss of single iterations: `loss[i]` is that of the batch of iteration `iterations[i]`, counted from 1, before its step. */
export interface LossCurve {
  readonly iterations: readonly number[]
  readonly loss: readonly number[]
}

/** Cells whose masks are compared: those of a criterion and k at one sparsity, of the first eight seeds. */
export interface SimilarityGroup {
  readonly criterion: string
  readonly k: number
  readonly cells: number
}

/** Mean and sample standard deviation over pairs of cells; of one pair there is no deviation. */
export interface PairSpread {
  readonly mean: number
  readonly sd: number | null
}

/**
 * How alike masks of two groups are, over pairs of cells of one seed, that is over the same initial weights: each of one
 * group with each of the other; within a group (a = b), the masks that repeats of a search found (`searchSeeds`).
 */
export interface SimilarityPair {
  /** Places in the list of groups; a ≤ b. */
  readonly a: number
  readonly b: number
  /** Pairs compared. */
  readonly n: number
  readonly cosine: PairSpread
  readonly jaccard: PairSpread
  /** Weights or filters that one mask keeps and the other prunes. */
  readonly hamming: PairSpread
  /** Mean cosine of each layer's masks. */
  readonly layers: readonly { readonly name: string; readonly cosine: number }[]
}

/** The masks of one sparsity, compared. */
export interface SimilarityAt {
  readonly sparsity: number
  readonly groups: readonly SimilarityGroup[]
  /** What two random masks that keep as many weights have in the mean. */
  readonly chance: { readonly cosine: number; readonly jaccard: number; readonly hamming: number }
  readonly pairs: readonly SimilarityPair[]
  /** The other pairs of groups: those that have no similarity, and why. */
  readonly incomparable: readonly { readonly a: number; readonly b: number; readonly why: string }[]
}

/** How alike masks of one sparsity are, at each sparsity. */
export interface SimilarityReport {
  readonly sparsities: readonly SimilarityAt[]
}

/** What a report shows of a run beside its results: long series, by the id of their cell. */
export interface RunDetails {
  /** Of searches. */
  readonly traces: ReadonlyMap<string, SearchTrace>
  /** The first iterations of each cell's training. */
  readonly losses: ReadonlyMap<string, LossCurve>
  readonly similarity: SimilarityReport
}
