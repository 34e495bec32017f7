import * as tf from '@tensorflow/tfjs-core'
import * as v from 'valibot'
import { check, fn, strict } from '../checking.ts'
import type { InferenceStep, InferenceSteps } from '../inference-step.ts'
import type { BufferSpec, ForwardInputs, ParameterSpec, Parameters } from '../model.ts'
import type { Split } from '../split.ts'
import type { Features, Wiring } from '../wiring.ts'

/** What a layer reads: a network's inputs, with `x` the features that come in, float32 [batch, …, channels]. */
export interface LayerInputs extends Omit<ForwardInputs, 'x'> {
  readonly x: tf.Tensor
}

/** The features that go out, and the buffers that a training step changes. */
export interface LayerOutputs {
  readonly output: tf.Tensor
  readonly buffers: Parameters
}

/** A part of a network, and a small network itself: what it owns, what it computes, how its channels hang together. */
export interface Layer {
  readonly parameters: readonly ParameterSpec[]
  readonly buffers: readonly BufferSpec[]
  /** Pure, like a model's: the features alone where no buffer changes. Reads its sizes off the tensors. */
  readonly forward: (inputs: LayerInputs) => tf.Tensor | LayerOutputs
  /** Binds the axes of its parameters and buffers to channels, and says what features go out. */
  readonly wire: (wiring: Wiring, x: Features) => Features
  /** Its forward pass in two parts, where the first saves the second much work. */
  readonly split?: Split<LayerInputs, tf.Tensor | LayerOutputs>
  /** What it computes in inference; absent where that is none of the few kinds that are known. */
  readonly steps?: InferenceSteps
}

/** A layer's result with its changed buffers, none for a tensor alone. */
export function outputsOf(result: tf.Tensor | LayerOutputs): LayerOutputs {
  return result instanceof tf.Tensor ? { output: result, buffers: {} } : result
}

/** A parameter or buffer that a layer owns. */
export function tensorOf(tensors: Parameters, name: string): tf.Tensor {
  const found = tensors[name]
  if (!found) throw new Error(`the network was run without ${name}, with ${Object.keys(tensors).join(', ')}`)
  return found
}

/** A layer without parameters that treats every channel alike. */
export function plain(
  apply: (x: tf.Tensor) => tf.Tensor,
  { wire = (_, x) => x, step }: { readonly wire?: Layer['wire']; readonly step?: InferenceStep } = {},
): Layer {
  const forward: Layer['forward'] = ({ x }) => apply(x)
  const steps = step && { list: [step], whole: forward }
  return { parameters: [], buffers: [], forward, wire, ...(steps && { steps }) }
}

const layer = v.looseObject(
  {
    parameters: v.array(v.any()),
    buffers: v.array(v.any()),
    forward: fn,
    wire: fn,
  },
  'must be a layer, as conv2d(…) and relu() return one',
)

/** Throws a `Problem` where something that is put together is no layer: one given without its brackets, say. */
export function checkLayers(whose: string, layers: readonly unknown[]): void {
  check(`argument of ${whose}`, strict({ layers: v.array(layer) }), { layers })
}
