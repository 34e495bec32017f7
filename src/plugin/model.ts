import type * as tf from '@tensorflow/tfjs-core'
import type { Stream } from '../values/random.ts'
import type { IgnoredReads } from './criterion.ts'
import type { InferenceSteps } from './inference-step.ts'
import type { Split } from './split.ts'
import type { Features, Wiring } from './wiring.ts'

/** Draws a parameter's initial values from a stream that is its own. Returns as many numbers as the shape has. */
export type Initializer = (shape: readonly number[], random: Stream) => Float32Array

export interface ParameterSpec {
  /** Unique within the model, `layer/role`: `fc1/weight`. */
  readonly name: string
  /** Dense weights are [out, in]. */
  readonly shape: readonly number[]
  readonly init: Initializer
  /** Whether a criterion may prune entries of it. */
  readonly maskable: boolean
}

/** A tensor that belongs to a network but is not trained: running statistics, fixed numbers. */
export interface BufferSpec {
  /** Unique among parameters and buffers, `layer/role`: `norm1/mean`. */
  readonly name: string
  readonly shape: readonly number[]
  readonly init: (shape: readonly number[]) => Float32Array
  /** A number that never changes, as an index: no part of what a network is counted to store. */
  readonly fixed?: boolean
}

/** Parameters or buffers by name, as tensors of a traced function. */
export type Parameters = Readonly<Record<string, tf.Tensor>>

export interface ForwardInputs {
  readonly params: Parameters
  /** Empty for a model without buffers. */
  readonly buffers: Parameters
  /** Normalised images, float32 [batch, height, width, channels]. */
  readonly x: tf.Tensor4D
  /**
   * In training, an int32 scalar that differs from step to step: all the randomness there is. Null in inference, where
   * dropout passes everything and batch-norm uses its running statistics.
   */
  readonly training: tf.Scalar | null
}

/** What a network gives, and the buffers that a training step changes (those that are absent stay as they are). */
export interface ForwardOutputs {
  /** Logits or log-probabilities, float32 [batch, classes]. */
  readonly output: tf.Tensor2D
  readonly buffers: Parameters
}

export interface ModelDefinition {
  readonly summary: string
  /** Height, width, channels of one image. */
  readonly input: readonly [number, number, number]
  readonly classes: number
  readonly parameters: readonly ParameterSpec[]
  /** None where absent. */
  readonly buffers?: readonly BufferSpec[]
  /**
   * A pure function of its inputs: logits or log-probabilities, float32 [batch, classes], alone where no buffer changes.
   * Sizes must be read off the tensors, never frozen in: a pruned network runs the same function on smaller ones.
   */
  readonly forward: (inputs: ForwardInputs) => tf.Tensor2D | ForwardOutputs
  /** Walks through the layers and tells how they hang together; what `sequential` gives. Without it filters cannot be pruned. */
  readonly wire?: (wiring: Wiring, image: Features) => Features
  /** `forward` in two parts; what `sequential` gives where its first layer has them. Lets searches look at their images once. */
  readonly split?: Split<ForwardInputs, tf.Tensor2D | ForwardOutputs>
  /**
   * What `forward` gives before its last softmax, and the `forward` it is of; what `sequential` gives. Without it, what
   * is said of logits is said of outputs.
   */
  readonly logits?: {
    readonly forward: (inputs: ForwardInputs) => tf.Tensor2D | ForwardOutputs
    readonly whole: unknown
  }
  /** What `forward` computes in inference, where it is no more than these; what `sequential` gives. Lets searches evaluate masks much faster. */
  readonly steps?: InferenceSteps
  readonly ignoredReads?: IgnoredReads
}

export interface Model extends ModelDefinition {
  readonly kind: 'model'
  readonly buffers: readonly BufferSpec[]
}
