import * as tf from '@tensorflow/tfjs-core'
import type { Model } from '../plugin/index.ts'
import type { Loop, LoopSignature, Runtime } from '../runtime/index.ts'
import { float32, type NamedTensors, type TensorSpec } from '../values/host-tensor.ts'
import { Problem } from '../values/problem.ts'
import { masked } from './network.ts'
import { Pace } from './pace.ts'
import { withProgram, type Recipe } from './program-cache.ts'

interface RepairSignature extends LoopSignature {
  /** Factors of 0 and 1. */
  readonly constants: { masks: Record<string, TensorSpec> }
  readonly carry: { weights: Record<string, TensorSpec> }
  readonly each: { rate: TensorSpec }
}

/** What is repaired, and how. */
export interface RepairTask {
  readonly runtime: Runtime
  readonly model: Model
  /** Weights of fully connected layers, [out, in], by name. */
  readonly weights: NamedTensors
  /** 0/1 masks of them, float32: masked weights stay zero. */
  readonly masks: NamedTensors
  readonly iterations: number
  readonly learningRate: number
}

/**
 * Brings masked weights closer to orthogonal: gradient descent on each layer's mean squared entry of WᵀW − I, the thesis'
 * score. Throws a `Problem` of kind `cell` when a weight is no longer a number.
 */
export async function repairOrthogonality(
  task: RepairTask,
  progress: (iteration: number) => void,
): Promise<NamedTensors> {
  const { runtime, model, masks, iterations, learningRate } = task
  const pace = new Pace(runtime.engine)
  let weights = masked(task.weights, masks)
  for (let done = 0; done < iterations;) {
    const steps = Math.min(pace.steps, iterations - done)
    const started = performance.now()
    const rate = float32([steps], new Float32Array(steps).fill(learningRate))
    const { carry } = await withProgram(runtime, model, descent(runtime, weights), (loop) =>
      loop.run({ constants: { masks }, carry: { weights }, each: { rate } }),
    )
    weights = carry.weights
    done += steps
    pace.ran(steps, performance.now() - started)
    for (const [name, { data }] of Object.entries(weights))
      if (!(data as Float32Array).every(Number.isFinite))
        throw new Problem('cell', `the repair of ${name} diverged`, {
          hint: `lower its learning rate (it is ${learningRate})`,
        })
    progress(done)
  }
  return weights
}

function descent(runtime: Runtime, like: NamedTensors): Recipe<Loop<RepairSignature, { score: tf.Tensor }>> {
  const specs = Object.fromEntries(
    Object.entries(like).map(([name, { dtype, shape }]) => [name, { dtype, shape }]),
  )
  const signature: RepairSignature = {
    constants: { masks: specs },
    carry: { weights: specs },
    each: { rate: { dtype: 'float32', shape: [] } },
  }
  const shapes = Object.entries(specs).map(([name, { shape }]) => `${name}:${shape.join()}`)
  return {
    name: `repair/${shapes.join(';')}`,
    make: async () => {
      const program = await runtime.loop<RepairSignature, { score: tf.Tensor }>(
        'repair step',
        signature,
        ({ constants, carry, each }) => {
          const steps = Object.entries(carry.weights).map(([name, weights]) => {
            const { value, grad } = tf.valueAndGrad((w: tf.Tensor) => distance(w as tf.Tensor2D))(weights)
            const step = tf.mul(tf.mul(grad, constants.masks[name] as tf.Tensor), each.rate)
            return { name, value, weights: tf.sub(weights, step) }
          })
          return {
            carry: { weights: Object.fromEntries(steps.map((one) => [one.name, one.weights])) },
            out: { score: tf.addN(steps.map(({ value }) => value)) },
          }
        },
      )
      const bytes = Object.values(like).reduce((sum, { data }) => sum + 4 * data.byteLength, 0)
      return { program, bytes }
    },
  }
}

/**
 * The thesis' score of a layer but for a constant: ‖WᵀW − I‖² and ‖WWᵀ − I‖² differ by one, so the smaller Gram matrix
 * gives the same gradient.
 */
function distance(weights: tf.Tensor2D): tf.Scalar {
  const [out, inputs] = weights.shape
  const wide = out <= inputs
  const gram = tf.matMul(weights, weights, !wide, wide)
  const difference = tf.sub(gram, tf.eye(Math.min(out, inputs)))
  return tf.mul(tf.sum(tf.square(difference)), 1 / inputs ** 2)
}
