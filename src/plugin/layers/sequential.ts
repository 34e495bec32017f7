import type * as tf from '@tensorflow/tfjs-core'
import { stepsOf } from '../inference-step.ts'
import type { ForwardOutputs, Parameters } from '../model.ts'
import type { Split } from '../split.ts'
import { checkLayers, outputsOf, type Layer, type LayerInputs } from './layer.ts'

/** Layers in a row: a layer itself, and what a model is made of, its output being [batch, classes] then. */
export interface Sequential extends Layer {
  readonly forward: (inputs: LayerInputs) => tf.Tensor2D | ForwardOutputs
  readonly split?: Split<LayerInputs, tf.Tensor2D | ForwardOutputs>
  /** What goes out before a softmax at the end. */
  readonly logits?: { readonly forward: Sequential['forward']; readonly whole: unknown }
}

/** One layer after the other; spread it into `defineModel`, or use it as a layer. Without layers it is the identity. */
export function sequential(...layers: readonly Layer[]): Sequential {
  checkLayers('sequential', layers)
  const buffers = layers.flatMap((layer) => layer.buffers)
  const steps = layers.map((layer) => stepsOf(layer)).filter((known) => known !== undefined)
  const forwards = layers.map((layer) => layer.forward)
  const forward = inTurn(forwards)
  const split = layers[0]?.split
  const last = layers.at(-1)
  const endsInSoftmax = last !== undefined && stepsOf(last)?.every(({ kind }) => kind === 'order') === true
  return {
    parameters: layers.flatMap((layer) => layer.parameters),
    buffers,
    forward,
    ...(split && {
      split: { prepare: split.prepare, finish: inTurn([split.finish, ...forwards.slice(1)]), whole: forward },
    }),
    ...(endsInSoftmax ? { logits: { forward: inTurn(forwards.slice(0, -1)), whole: forward } } : {}),
    ...(steps.length === layers.length ? { steps: { list: steps.flat(), whole: forward } } : {}),
    wire: (wiring, x) => layers.reduce((features, layer) => layer.wire(wiring, features), x),
  }
}

function inTurn(forwards: readonly Layer['forward'][]): Sequential['forward'] {
  return (inputs) => {
    let output = inputs.x
    let changed: Parameters = {}
    for (const forward of forwards) {
      const result = outputsOf(forward({ ...inputs, x: output }))
      output = result.output
      changed = { ...changed, ...result.buffers }
    }
    // The type is that of a whole network; inside one it may be an image.
    const rows = output as tf.Tensor2D
    return Object.keys(changed).length > 0 ? { output: rows, buffers: changed } : rows
  }
}
