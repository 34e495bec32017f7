import type * as tf from '@tensorflow/tfjs-core'
import type { Stream } from '../values/random.ts'

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

/** Parameters by name, as tensors of a traced function. */
export type Parameters = Readonly<Record<string, tf.Tensor>>

export interface ForwardInputs {
  readonly params: Parameters
  /** Normalised images, float32 [batch, height, width, channels]. */
  readonly x: tf.Tensor4D
}

export interface ModelDefinition {
  readonly summary: string
  /** Height, width, channels of one image. */
  readonly input: readonly [number, number, number]
  readonly classes: number
  readonly parameters: readonly ParameterSpec[]
  /** A pure function of its inputs: logits or log-probabilities, float32 [batch, classes]. */
  readonly forward: (inputs: ForwardInputs) => tf.Tensor2D
}

export interface Model extends ModelDefinition {
  readonly kind: 'model'
}
