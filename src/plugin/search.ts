import type { Stream } from '../values/random.ts'
import type { IgnoredReads, Options, Widened } from './criterion.ts'

/** A mask over all maskable weights, or all filters, of a network in the model's order, one byte each, 0 or 1. */
export type FlatMask = Uint8Array

export interface SearchProgress {
  /** Masks evaluated so far, and in all. */
  readonly done: number
  readonly total: number
  /** Accuracy in % to show while waiting. */
  readonly accuracy: number
}

/** A part of a mask: a maskable parameter, or a group of filters. */
export interface MaskedLayer {
  readonly name: string
  /** Its weights or filters; layers lie one after the other in a mask. */
  readonly size: number
}

/** What a search works with. */
export interface SearchContext<O extends Options> {
  /** Number of maskable weights, or of filters. */
  readonly size: number
  /** Number of weights or filters a mask keeps: every evaluated mask and the result must have exactly so many ones. */
  readonly kept: number
  /** What masks are made of, in their order. */
  readonly layers: readonly MaskedLayer[]
  /** [size] magnitudes of the weights after k; of a filter, the mean over its weights. */
  readonly magnitudes: Float32Array
  /**
   * Accuracy in % of the masked network, at its weights after k, on the search set; one for each mask.
   * Each mask counts as one evaluation. Where `above` has a number for a mask and its accuracy is not above that, the
   * answer may be −Infinity instead: telling early what is not good enough saves much of the work.
   */
  readonly evaluate: (masks: readonly FlatMask[], above?: readonly number[]) => Promise<readonly number[]>
  /**
   * Tells that a mask which was evaluated is decided, with the `above` it was evaluated with: where accuracies are not
   * exact, some of the masks that matter are looked at more closely. Wait for it. Masks that were evaluated to work ahead
   * and are dropped are not decided.
   */
  readonly decided?: (mask: FlatMask, above: number) => Promise<void>
  /** How many masks `evaluate` takes in about the time of one. */
  readonly atOnce: number
  /** The search's own random numbers. Any other source makes results irreproducible. */
  readonly random: Stream
  readonly options: Widened<O>
  readonly progress: (progress: SearchProgress) => void
  /** What this search last gave `save`, where its process was ended before it was done; otherwise undefined. */
  readonly saved: unknown
  /** Says how far it is: plain data (what structured cloning copies), asked for and kept every few seconds. */
  readonly save: (state: () => unknown) => void
}

export interface SearchResult {
  readonly mask: FlatMask
  /** Columns of equal length, one row per logged moment: what a plot of the search shows. */
  readonly trace: Readonly<Record<string, readonly number[]>>
  /** Masks it looked at, without those it only evaluated to work ahead; all that it evaluated if it does not say. */
  readonly evaluated?: number
}

export interface SearchDefinition<O extends Options> {
  /** Must be the file's name without `.ts`; may be left out. */
  readonly name?: string
  readonly summary: string
  /** What a suite can set. The budget in evaluated masks is one of them by convention: `budget`. */
  readonly options?: O
  readonly ignoredReads?: IgnoredReads
  readonly search: (context: SearchContext<O>) => Promise<SearchResult>
}

export interface Search {
  readonly kind: 'search'
  readonly name: string | undefined
  readonly summary: string
  readonly options: Options
  readonly ignoredReads: IgnoredReads
  readonly search: (context: SearchContext<Options>) => Promise<SearchResult>
}
