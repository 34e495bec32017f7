import * as tf from '@tensorflow/tfjs-core'
import type { Model } from '../plugin/index.ts'
import type { Program, Runtime } from '../runtime/index.ts'
import {
  logitsOf,
  lossAndGradients,
  measured,
  networkOf,
  networkSpecs,
  type Network,
} from '../training/index.ts'
import { int32, type HostTensor, type NamedTensors, type TensorSpec } from '../values/host-tensor.ts'
import { Problem } from '../values/problem.ts'
import type { TrainingSettings } from '../values/training-settings.ts'
import { randomBatch } from './random-network.ts'

/** A model as a suite uses it. */
export interface TriedModel {
  readonly runtime: Runtime
  readonly model: Model
  readonly name: string
  readonly loss: TrainingSettings['loss'] | undefined
}

/** What a network computes for one batch. */
export interface Trial {
  /** In inference, less the mean over the classes, which log-probabilities have more than logits. */
  readonly logits: HostTensor
  /** In training. */
  readonly loss: HostTensor
  readonly gradients: NamedTensors
  readonly buffers: NamedTensors
}

type Inputs = { network: Network<TensorSpec>; x: TensorSpec; labels: TensorSpec; key: TensorSpec }
type Outputs = {
  logits: tf.Tensor
  loss: tf.Tensor
  gradients: Record<string, tf.Tensor>
  buffers: Record<string, tf.Tensor>
}

const nothing: Pick<Trial, 'buffers'> = { buffers: {} }

/** What its problems begin with. */
export const PROGRAM = 'one batch'

/** Works with a model in the shapes of `tensors`, made ready for batches of a size. Throws a `Problem` that names the model. */
export async function withTrial<T>(
  { runtime, model, name, loss }: TriedModel,
  tensors: NamedTensors,
  batchSize: number,
  work: (run: (tensors: NamedTensors, seed: number) => Promise<Trial>) => Promise<T>,
): Promise<T> {
  let doing = 'evaluated'
  const tried = ({
    network,
    x,
    labels,
    key,
  }: {
    network: Network<tf.Tensor>
    x: tf.Tensor
    labels: tf.Tensor
    key: tf.Tensor
  }): Outputs => {
    doing = 'evaluated'
    const images = x as tf.Tensor4D
    const { output } = measured(() => logitsOf(model)({ ...network, x: images, training: null }))
    checkShape(name, output.shape, [batchSize, model.classes])
    doing = 'trained'
    const batch = { x: images, labels: tf.cast(labels, 'int32') as tf.Tensor1D }
    const step = lossAndGradients(model, network, batch, key as tf.Scalar, loss)
    return {
      logits: tf.sub(output, tf.mean(output, 1, true)),
      loss: step.loss,
      gradients: step.gradients,
      buffers: { ...step.buffers },
    }
  }
  const told = async <R>(run: () => Promise<R>): Promise<R> => {
    try {
      return await run()
    } catch (error) {
      throw asProblem(
        `the model ${name} cannot be ${doing}${batchSize === 1 ? ' in a batch of one image, as the last one here' : ''}`,
        error,
      )
    }
  }
  const specs: Inputs = {
    network: networkSpecs(networkOf(model, tensors)),
    x: { dtype: 'float32', shape: [batchSize, ...model.input] },
    labels: { dtype: 'uint8', shape: [batchSize] },
    key: { dtype: 'int32', shape: [] },
  }
  const program: Program<Inputs, Outputs> = await told(() =>
    runtime.compile<Inputs, Outputs>(PROGRAM, specs, tried),
  )
  try {
    return await work(async (given, seed) => {
      const network = networkOf(model, given)
      const key = int32([], [seed])
      const inputs = { network, ...randomBatch(model, batchSize, seed), key }
      // A network without buffers has none among its outputs.
      return { ...nothing, ...(await told(() => program.run(inputs))) }
    })
  } finally {
    await program.dispose()
  }
}

function checkShape(name: string, found: readonly number[], expected: readonly number[]): void {
  if (found.join() === expected.join()) return
  throw new Problem('usage', `it gives [${found.join(', ')}], not [${expected.join(', ')}]`, {
    hint: `let the forward of ${name} give one number for each image and class`,
  })
}

/** What a plugin's function threw, told as what it could not do; with its own hint where none is given. */
export function asProblem(what: string, error: unknown, hint?: string): Problem {
  const message = (error instanceof Error ? error.message : String(error)).replace(`${PROGRAM}: `, '')
  const told = error instanceof Problem ? error : undefined
  const next = hint ?? told?.hint
  return new Problem('usage', `${what}: ${message}`, {
    ...(next === undefined ? {} : { hint: next }),
    ...(told?.place === undefined ? {} : { place: told.place }),
    cause: error,
  })
}
