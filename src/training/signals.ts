import * as tf from '@tensorflow/tfjs-core'
import type { Model } from '../plugin/index.ts'
import type { Program, Runtime } from '../runtime/index.ts'
import type { Dataset } from '../values/dataset.ts'
import { sizeOf, type NamedTensors, type TensorSpec } from '../values/host-tensor.ts'
import { stream } from '../values/random.ts'
import { memo } from './memo.ts'
import { lossAndGradients, maskableNames, normalise, parameterSpecs } from './network.ts'

/**
 * Loss of the unmasked network on one batch of `batchSize` training images drawn for this purpose, and its
 * gradient with respect to every maskable parameter. At a mask of ones, ∂L/∂m = w · ∂L/∂w (Lee et al. 2019).
 */
export async function batchGradients(
  runtime: Runtime,
  model: Model,
  dataset: Dataset,
  task: { params: NamedTensors; seed: number; batchSize: number; examples: number },
): Promise<{ loss: number; gradients: NamedTensors }> {
  const { params, seed, batchSize, examples } = task
  const chosen = stream(seed, 'signals/batch').permutation(examples).subarray(0, batchSize)
  const pixels = sizeOf(dataset.shape)
  const images = new Uint8Array(chosen.length * pixels)
  chosen.forEach((image, i) =>
    images.set(dataset.train.images.subarray(image * pixels, (image + 1) * pixels), i * pixels),
  )
  const program = await gradientProgram(runtime, model, dataset, chosen.length)
  const outputs = await program.run({
    params,
    images: { dtype: 'uint8', shape: [chosen.length, ...dataset.shape], data: images },
    labels: {
      dtype: 'uint8',
      shape: [chosen.length],
      data: Uint8Array.from(chosen, (i) => dataset.train.labels[i] as number),
    },
  })
  return { loss: outputs.loss.data[0] as number, gradients: outputs.gradients }
}

type Inputs = { params: Record<string, TensorSpec>; images: TensorSpec; labels: TensorSpec }
type Outputs = { loss: tf.Tensor; gradients: Record<string, tf.Tensor> }

function gradientProgram(
  runtime: Runtime,
  model: Model,
  dataset: Dataset,
  batchSize: number,
): Promise<Program<Inputs, Outputs>> {
  return memo(runtime, model, `signals/${dataset.name}/${batchSize}`, () =>
    runtime.compile<Inputs, Outputs>(
      'gradients',
      {
        params: parameterSpecs(model),
        images: { dtype: 'uint8', shape: [batchSize, ...dataset.shape] },
        labels: { dtype: 'uint8', shape: [batchSize] },
      },
      ({ params, images, labels }) => {
        const { loss, gradients } = lossAndGradients(
          model,
          params,
          normalise(images, dataset),
          tf.cast(labels, 'int32') as tf.Tensor1D,
        )
        return {
          loss,
          gradients: Object.fromEntries(
            maskableNames(model).map((name) => [name, gradients[name] as tf.Tensor]),
          ),
        }
      },
    ),
  )
}
