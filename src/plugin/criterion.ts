import type * as tf from '@tensorflow/tfjs-core'
import type { PerLayer } from './per-layer.ts'

/**
 * What a score may read: one tensor per maskable parameter, shaped like the parameter unless said otherwise (fully
 * connected layers [out, in], convolutions [height, width, in, out]).
 */
export interface Signals {
  /** Weights when the mask is chosen: after k iterations of training. */
  readonly weights: PerLayer<tf.Tensor>
  /** Weights at initialisation. */
  readonly initialWeights: PerLayer<tf.Tensor>
  /** Weights after the whole training of the unpruned network. */
  readonly trainedWeights: PerLayer<tf.Tensor>
  /** Gradient of the mean loss over one training batch with respect to `weights`, at `weights`. */
  readonly gradients: PerLayer<tf.Tensor>
  /**
   * Independent uniform noise in [0, 1), drawn anew for each seed and criterion: a number for each weight, or for each
   * filter ([out]) where filters are pruned.
   */
  readonly noise: PerLayer<tf.Tensor>
  /** Batch-norm scales of each convolution's filters when the mask is chosen, [out]; for pruning filters only. */
  readonly scales: PerLayer<tf.Tensor>
  /** The same after the whole training of the unpruned network. */
  readonly trainedScales: PerLayer<tf.Tensor>
}

export type SignalName = keyof Signals

export const signalNames: readonly SignalName[] = [
  'weights',
  'initialWeights',
  'trainedWeights',
  'gradients',
  'noise',
  'scales',
  'trainedScales',
]

/** Whether scores are ranked over all layers together, or each layer loses the same share. */
export type Scope = 'global' | 'layer'

/** What a suite can set about a criterion or search; the defaults fix names and types. */
export type Options = Readonly<Record<string, number | string | boolean>>

/** Numbers may be set to any number, strings to any string: a default's literal type is not a constraint. */
export type Widened<O extends Options> = { readonly [K in keyof O]: Wide<O[K]> }
type Wide<T> = T extends number ? number : T extends boolean ? boolean : string

/**
 * Reads on which no result depends, as messages name them: `clock`, `random`, `env TERM`, `file notes.txt`. What else a
 * plugin reads when it is loaded is part of what its results are stored by; the clock, random numbers of its own, the
 * network and other processes are refused.
 */
export type IgnoredReads = readonly string[]

export interface CriterionDefinition<N extends SignalName, O extends Options> {
  /** Must be the file's name without `.ts`; may be left out. */
  readonly name?: string
  readonly summary: string
  /** The signals `score` reads. They also tell on what the mask depends: one without `weights`, `gradients` and `scales` is the same for all k. */
  readonly needs: readonly N[]
  /** What a suite gets that does not choose a scope itself. */
  readonly scope?: Scope
  readonly options?: O
  readonly ignoredReads?: IgnoredReads
  /**
   * Scores of what to keep, highest first: one tensor per maskable parameter, shaped like it. Where filters are pruned,
   * a filter's score is the mean over its weights; a criterion may also score filters itself and give one number for
   * each, [out]. A pure function over tfjs tensors; it is traced, not run.
   */
  readonly score: (signals: Pick<Signals, N>, options: Widened<O>) => PerLayer<tf.Tensor>
}

export interface Criterion {
  readonly kind: 'criterion'
  readonly name: string | undefined
  readonly summary: string
  readonly needs: readonly SignalName[]
  readonly scope: Scope
  readonly options: Options
  readonly ignoredReads: IgnoredReads
  readonly score: (signals: Signals, options: Options) => PerLayer<tf.Tensor>
}
