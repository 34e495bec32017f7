import * as v from 'valibot'
import { fn } from '../checking.ts'
import type { Initializer, ParameterSpec } from '../model.ts'
import { uniformFanIn, zeros } from './initializers.ts'

/** What layers that multiply by weights have in common. */
export interface WeightSettings {
  /** Default true. */
  readonly bias?: boolean
  /** Whether criteria may prune its filters or their weights; default true. Biases are never pruned by themselves. */
  readonly maskable?: boolean
  /** How weights are drawn; biases then start at 0. Default: PyTorch's U(±1/√fan_in) for both. */
  readonly init?: Initializer
}

/** What is checked of them. */
export const weightSettings = {
  bias: v.optional(v.boolean('must be true or false')),
  maskable: v.optional(v.boolean('must be true or false')),
  init: v.optional(fn),
}

/** A layer's weights, and its biases, null where it has none. */
export interface WeightAndBias {
  readonly weight: ParameterSpec
  readonly bias: ParameterSpec | null
  /** Those it has. */
  readonly parameters: readonly ParameterSpec[]
}

/** `name/weight` of a shape, each output made of `fanIn` inputs, and `name/bias`, one for each of `outputs`. */
export function weightAndBias(
  name: string,
  sizes: { readonly shape: readonly number[]; readonly fanIn: number; readonly outputs: number },
  { bias: biased = true, maskable = true, init }: WeightSettings,
): WeightAndBias {
  const { shape, fanIn, outputs } = sizes
  const fallback = uniformFanIn(fanIn)
  const weight: ParameterSpec = { name: `${name}/weight`, shape, init: init ?? fallback, maskable }
  if (!biased) return { weight, bias: null, parameters: [weight] }
  const bias: ParameterSpec = {
    name: `${name}/bias`,
    shape: [outputs],
    init: init ? zeros : fallback,
    maskable: false,
  }
  return { weight, bias, parameters: [weight, bias] }
}
