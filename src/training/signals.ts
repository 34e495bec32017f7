import * as tf from '@tensorflow/tfjs-core'
import type { Model } from '../plugin/index.ts'
import type { Program, Runtime } from '../runtime/index.ts'
import type { Dataset } from '../values/dataset.ts'
import { sizeOf, type NamedTensors, type TensorSpec } from '../values/host-tensor.ts'
import { stream } from '../values/random.ts'
import type { TrainingSettings } from '../values/training-settings.ts'
import { lossAndGradients, maskableNames, normalise, pixelsText } from './network.ts'
import { networkOf, networkSpecs, shapesText, type Network } from './network-tensors.ts'
import { withProgram, type Recipe } from './program-cache.ts'

/**
 * Loss of the unmasked network on one batch of `batchSize` training images drawn for this purpose, and its
 * gradient with respect to every maskable parameter, in inference mode. `params` are network tensors. At a mask of
 * ones, ∂L/∂m = w · ∂L/∂w (Lee et al. 2019).
 */
export async function batchGradients(
  runtime: Runtime,
  model: Model,
  dataset: Dataset,
  task: {
    params: NamedTensors
    seed: number
    batchSize: number
    examples: number
    loss?: TrainingSettings['loss']
  },
): Promise<{ loss: number; gradients: NamedTensors }> {
  const { params, seed, batchSize, examples, loss } = task
  const chosen = stream(seed, 'signals/batch').permutation(examples).subarray(0, batchSize)
  const pixels = sizeOf(dataset.shape)
  const images = new Uint8Array(chosen.length * pixels)
  chosen.forEach((image, i) =>
    images.set(dataset.train.images.subarray(image * pixels, (image + 1) * pixels), i * pixels),
  )
  const network = networkOf(model, params)
  const program = gradientProgram(runtime, model, dataset, network, chosen.length, loss)
  const outputs = await withProgram(runtime, model, program, (gradients) =>
    gradients.run({
      network,
      images: { dtype: 'uint8', shape: [chosen.length, ...dataset.shape], data: images },
      labels: {
        dtype: 'uint8',
        shape: [chosen.length],
        data: Uint8Array.from(chosen, (i) => dataset.train.labels[i] as number),
      },
    }),
  )
  return { loss: outputs.loss.data[0] as number, gradients: outputs.gradients }
}

type Inputs = { network: Network<TensorSpec>; images: TensorSpec; labels: TensorSpec }
type Outputs = { loss: tf.Tensor; gradients: Record<string, tf.Tensor> }

function gradientProgram(
  runtime: Runtime,
  model: Model,
  dataset: Dataset,
  like: Network<TensorSpec>,
  batchSize: number,
  lossName: TrainingSettings['loss'],
): Recipe<Program<Inputs, Outputs>> {
  const network = networkSpecs(like)
  return {
    name: `signals/${lossName ?? ''}/${pixelsText(dataset)}/${batchSize}/${shapesText(network)}`,
    make: async () => {
      let bytes = 0
      const program = await runtime.compile<Inputs, Outputs>(
        'gradients',
        {
          network,
          images: { dtype: 'uint8', shape: [batchSize, ...dataset.shape] },
          labels: { dtype: 'uint8', shape: [batchSize] },
        },
        ({ network: tensors, images, labels }) => {
          const batch = {
            x: normalise(images, dataset),
            labels: tf.cast(labels, 'int32') as tf.Tensor1D,
          }
          const { loss, gradients, activations } = lossAndGradients(model, tensors, batch, null, lossName)
          bytes = activations
          return {
            loss,
            gradients: Object.fromEntries(
              maskableNames(model).map((name) => [name, gradients[name] as tf.Tensor]),
            ),
          }
        },
      )
      return { program, bytes }
    },
  }
}
