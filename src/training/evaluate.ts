import * as tf from '@tensorflow/tfjs-core'
import type { Model } from '../plugin/index.ts'
import type { Program, Runtime } from '../runtime/index.ts'
import type { DatasetDescription, Examples } from '../values/dataset.ts'
import { sizeOf, type NamedTensors, type TensorSpec } from '../values/host-tensor.ts'
import { infer, normalise, pixelsText } from './network.ts'
import { networkOf, networkSpecs, shapesText, type Network } from './network-tensors.ts'
import { withProgram, type Recipe } from './program-cache.ts'

/** Right answers among all answers. */
export interface Accuracy {
  readonly correct: number
  readonly total: number
}

/** Values of an image from which on a batch is smaller: such images are for convolutional networks. */
const LARGE_IMAGE = 3072

/** Images in one evaluation program run; a smaller rest has a program of its own. Bounds what activations take. */
export function evaluationBatch(data: Pick<DatasetDescription, 'shape'>): number {
  return sizeOf(data.shape) < LARGE_IMAGE ? 1000 : 256
}

/**
 * Counts how many images the network classifies right (arg max of its output; the lowest class wins ties), in
 * inference mode. A count over all images, so a short last batch weighs what it should. `params` are network tensors.
 */
export async function countCorrect(
  runtime: Runtime,
  model: Model,
  data: DatasetDescription,
  params: NamedTensors,
  examples: Examples,
  batchSize = evaluationBatch(data),
): Promise<Accuracy> {
  const network = networkOf(model, params)
  const pixels = sizeOf(data.shape)
  let correct = 0
  for (let from = 0; from < examples.count; from += batchSize) {
    const size = Math.min(batchSize, examples.count - from)
    const program = evaluator(runtime, model, data, network, size)
    const outputs = await withProgram(runtime, model, program, (evaluate) =>
      evaluate.run({
        network,
        images: {
          dtype: 'uint8',
          shape: [size, ...data.shape],
          data: examples.images.subarray(from * pixels, (from + size) * pixels),
        },
        labels: { dtype: 'uint8', shape: [size], data: examples.labels.subarray(from, from + size) },
      }),
    )
    correct += Math.round(outputs.correct.data[0] as number)
  }
  return { correct, total: examples.count }
}

type Inputs = { network: Network<TensorSpec>; images: TensorSpec; labels: TensorSpec }
type Outputs = { correct: tf.Tensor }

function evaluator(
  runtime: Runtime,
  model: Model,
  data: DatasetDescription,
  like: Network<TensorSpec>,
  size: number,
): Recipe<Program<Inputs, Outputs>> {
  const network = networkSpecs(like)
  return {
    name: `evaluate/${pixelsText(data)}/${size}/${shapesText(network)}`,
    make: async () => {
      let bytes = 0
      const program = await runtime.compile<Inputs, Outputs>(
        'evaluation',
        {
          network,
          images: { dtype: 'uint8', shape: [size, ...data.shape] },
          labels: { dtype: 'uint8', shape: [size] },
        },
        ({ network: tensors, images, labels }) => {
          const { output, activations } = infer(model, tensors, normalise(images, data))
          bytes = activations
          const right = tf.equal(tf.argMax(output, 1), tf.cast(labels, 'int32'))
          return { correct: tf.sum(tf.cast(right, 'float32')) }
        },
      )
      return { program, bytes }
    },
  }
}
