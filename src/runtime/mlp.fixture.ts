import * as tf from '@tensorflow/tfjs-core'
import type { TensorSpec } from '../values/host-tensor.ts'
import { f32, i32, u8 } from './parity.fixture.ts'

export type Tensors = Readonly<Record<string, tf.Tensor>>
type Specs = Readonly<Record<string, TensorSpec>>

/** Weights [out, in] and biases of a multi-layer perceptron. */
export function mlpSpecs(sizes: readonly number[]): Specs {
  const layers = sizes.slice(1).map((out, i): [string, TensorSpec][] => [
    [`w${i + 1}`, f32(out, sizes[i] as number)],
    [`b${i + 1}`, f32(out)],
  ])
  return Object.fromEntries(layers.flat())
}

/** The specs of the weights, which have masks. */
export function weightsOf(params: Specs): Specs {
  return Object.fromEntries(Object.entries(params).filter(([name]) => name.startsWith('w')))
}

export function forward(params: Tensors, x: tf.Tensor): tf.Tensor {
  const layers = Object.keys(params).length / 2
  let h = x
  for (let i = 1; i <= layers; i++) {
    h = tf.add(tf.matMul(h, params[`w${i}`] as tf.Tensor, false, true), params[`b${i}`] as tf.Tensor)
    if (i < layers) h = tf.relu(h)
  }
  return h
}

/** Mean negative log-likelihood, the truth picked by one-hot or by gathering. */
export function loss(
  params: Tensors,
  x: tf.Tensor,
  labels: tf.Tensor,
  pick: 'one-hot' | 'gather',
): tf.Scalar {
  const logits = forward(params, x)
  const logp = tf.logSoftmax(logits)
  if (pick === 'one-hot')
    return tf.neg(
      tf.mean(tf.sum(tf.mul(logp, tf.cast(tf.oneHot(labels, logits.shape[1] as number), 'float32')), 1)),
    )
  const [rows = 0, classes = 0] = logits.shape
  const positions = tf.add(tf.range(0, rows * classes, classes, 'int32'), labels)
  return tf.neg(tf.mean(tf.gather(tf.reshape(logp, [-1]), tensor1d(positions))))
}

export function lossAndGradients(
  params: Tensors,
  x: tf.Tensor,
  labels: tf.Tensor,
  pick: 'one-hot' | 'gather' = 'one-hot',
): { loss: tf.Tensor; gradients: Record<string, tf.Tensor> } {
  const names = Object.keys(params)
  const { value, grads } = tf.valueAndGrads((...given: tf.Tensor[]) =>
    loss(Object.fromEntries(names.map((name, i) => [name, given[i] as tf.Tensor])), x, labels, pick),
  )(names.map((name) => params[name] as tf.Tensor))
  return { loss: value, gradients: Object.fromEntries(names.map((name, i) => [name, grads[i] as tf.Tensor])) }
}

interface State {
  readonly [name: string]: Tensors
  readonly params: Tensors
  readonly squaredGradients: Tensors
  readonly squaredUpdates: Tensors
}

/** Adadelta (Zeiler 2012) with ρ = .9 and ε = 1e-6; masked weights have no gradient. */
export function adadelta(state: State, gradients: Tensors, masks: Tensors, rate: tf.Tensor): State {
  const next = { params: {}, squaredGradients: {}, squaredUpdates: {} } as Record<
    keyof State,
    Record<string, tf.Tensor>
  >
  for (const [name, weight] of Object.entries(state.params)) {
    const mask = masks[name]
    const g = mask ? tf.mul(gradients[name] as tf.Tensor, mask) : (gradients[name] as tf.Tensor)
    const before = state.squaredUpdates[name] as tf.Tensor
    const v = tf.add(tf.mul(state.squaredGradients[name] as tf.Tensor, 0.9), tf.mul(tf.square(g), 0.1))
    const update = tf.mul(tf.div(tf.sqrt(tf.add(before, 1e-6)), tf.sqrt(tf.add(v, 1e-6))), g)
    const put = (slot: string, value: tf.Tensor): void => void ((next[slot] ??= {})[name] = value)
    put('squaredGradients', v)
    put('squaredUpdates', tf.add(tf.mul(before, 0.9), tf.mul(tf.square(update), 0.1)))
    put('params', tf.sub(weight, tf.mul(update, rate)))
  }
  return next as unknown as State
}

/** Training on a data set of bytes that stays where it is; every step gathers its batch. */
export function trainingSignature(sizes: readonly number[], images: number, batch: number) {
  const params = mlpSpecs(sizes)
  return {
    constants: { images: u8(images, sizes[0] as number), labels: u8(images), masks: weightsOf(params) },
    carry: { params, squaredGradients: params, squaredUpdates: params },
    each: { batch: i32(batch), rate: f32() },
  }
}

interface TrainingInputs {
  readonly constants: { readonly images: tf.Tensor; readonly labels: tf.Tensor; readonly masks: Tensors }
  readonly carry: State
  readonly each: { readonly batch: tf.Tensor; readonly rate: tf.Tensor }
}

export function trainingStep(inputs: unknown): { carry: State; out: { loss: tf.Tensor } } {
  const { constants, carry, each } = inputs as TrainingInputs
  const batch = tensor1d(each.batch)
  const pixels = tf.cast(tf.gather(constants.images, batch), 'float32')
  const x = tf.div(tf.sub(tf.div(pixels, 255), 0.1307), 0.3081)
  const { loss, gradients } = lossAndGradients(carry.params, x, tf.gather(constants.labels, batch))
  return { carry: adadelta(carry, gradients, constants.masks, each.rate), out: { loss } }
}

function tensor1d(t: tf.Tensor): tf.Tensor1D {
  return t as tf.Tensor1D
}
