import * as tf from '@tensorflow/tfjs-core'
import type { Model } from '../plugin/index.ts'
import type { Program, Runtime } from '../runtime/index.ts'
import type { DatasetDescription, Examples } from '../values/dataset.ts'
import { sizeOf, type NamedTensors, type TensorSpec } from '../values/host-tensor.ts'
import { memo } from './memo.ts'
import { normalise, outputOf, parameterSpecs } from './network.ts'

/** Right answers among all answers. */
export interface Accuracy {
  readonly correct: number
  readonly total: number
}

/** Images in one evaluation program run; a smaller rest has a program of its own. */
const EVALUATION_BATCH = 1000

/**
 * Counts how many images the network classifies right (arg max of its output; the lowest class wins ties).
 * A count over all images, so a short last batch weighs what it should.
 */
export async function countCorrect(
  runtime: Runtime,
  model: Model,
  data: DatasetDescription,
  params: NamedTensors,
  examples: Examples,
  batchSize = EVALUATION_BATCH,
): Promise<Accuracy> {
  const pixels = sizeOf(data.shape)
  let correct = 0
  for (let from = 0; from < examples.count; from += batchSize) {
    const size = Math.min(batchSize, examples.count - from)
    const program = await evaluator(runtime, model, data, size)
    const outputs = await program.run({
      params,
      images: {
        dtype: 'uint8',
        shape: [size, ...data.shape],
        data: examples.images.subarray(from * pixels, (from + size) * pixels),
      },
      labels: { dtype: 'uint8', shape: [size], data: examples.labels.subarray(from, from + size) },
    })
    correct += Math.round(outputs.correct.data[0] as number)
  }
  return { correct, total: examples.count }
}

type Inputs = { params: Record<string, TensorSpec>; images: TensorSpec; labels: TensorSpec }
type Outputs = { correct: tf.Tensor }

function evaluator(
  runtime: Runtime,
  model: Model,
  data: DatasetDescription,
  size: number,
): Promise<Program<Inputs, Outputs>> {
  return memo(runtime, model, `evaluate/${data.name}/${size}`, () =>
    runtime.compile<Inputs, Outputs>(
      'evaluation',
      {
        params: parameterSpecs(model),
        images: { dtype: 'uint8', shape: [size, ...data.shape] },
        labels: { dtype: 'uint8', shape: [size] },
      },
      ({ params, images, labels }) => {
        const output = outputOf(
          model.forward({ params, buffers: {}, x: normalise(images, data), training: null }),
        )
        const right = tf.equal(tf.argMax(output, 1), tf.cast(labels, 'int32'))
        return { correct: tf.sum(tf.cast(right, 'float32')) }
      },
    ),
  )
}
