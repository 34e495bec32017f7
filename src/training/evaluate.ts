import * as tf from '@tensorflow/tfjs-core'
import type { Model } from '../plugin/index.ts'
import type { Program, Runtime } from '../runtime/index.ts'
import type { DatasetDescription, Examples } from '../values/dataset.ts'
import { sizeOf, type HostTensor, type NamedTensors, type TensorSpec } from '../values/host-tensor.ts'
import { Problem } from '../values/problem.ts'
import { infer, normalise, pixelsText } from './network.ts'
import { networkOf, networkSpecs, shapesText, type Network } from './network-tensors.ts'
import { withProgram, type Recipe } from './program-cache.ts'

/** Right answers among all answers. */
export interface Accuracy {
  readonly correct: number
  readonly total: number
}

/** Some of the examples as an evaluation reads them, in one program run. */
export interface ExampleBatch {
  readonly images: HostTensor
  /** uint8 [images] */
  readonly labels: HostTensor
}

/** How images become answers. */
export interface Reading {
  /** Tells all that shapes its program besides the tensors' shapes. */
  readonly name: string
  readonly infer: (
    network: Network<tf.Tensor>,
    images: tf.Tensor,
  ) => { output: tf.Tensor2D; activations: number }
}

/** Examples in batches, and how to read them. */
export interface ReadableExamples {
  readonly reading: Reading
  readonly batches: readonly ExampleBatch[]
}

/** Values of an image from which on a batch is smaller: such images are for convolutional networks. */
const LARGE_IMAGE = 3072

/** Images in one evaluation program run; a smaller rest has a program of its own. Bounds what activations take. */
export function evaluationBatch(data: Pick<DatasetDescription, 'shape'>): number {
  return sizeOf(data.shape) < LARGE_IMAGE ? 1000 : 256
}

/** Examples in batches, bytes [images, height, width, channels]; the last one may be smaller. Nothing is copied. */
export function exampleBatches(
  data: Pick<DatasetDescription, 'shape'>,
  { count, images, labels }: Examples,
  batchSize = evaluationBatch(data),
): readonly ExampleBatch[] {
  const pixels = sizeOf(data.shape)
  return Array.from({ length: Math.ceil(count / batchSize) }, (_, i) => {
    const [from, to] = [i * batchSize, Math.min((i + 1) * batchSize, count)]
    return {
      images: {
        dtype: 'uint8',
        shape: [to - from, ...data.shape],
        data: images.subarray(from * pixels, to * pixels),
      },
      labels: { dtype: 'uint8', shape: [to - from], data: labels.subarray(from, to) },
    }
  })
}

/**
 * Counts how many images the network classifies right (arg max of its output; the lowest class wins ties), in
 * inference mode. A count over all images, so a short last batch weighs what it should. `params` are network tensors.
 * Throws a `Problem` of kind `cell` where outputs are NaN: arg max would call them class 0.
 */
export function countCorrect(
  runtime: Runtime,
  model: Model,
  data: DatasetDescription,
  params: NamedTensors,
  examples: Examples,
  batchSize = evaluationBatch(data),
): Promise<Accuracy> {
  return countRead(
    runtime,
    model,
    readingBytes(model, data),
    params,
    exampleBatches(data, examples, batchSize),
  )
}

/** How images as the data set has them become answers. */
export function readingBytes(model: Model, data: DatasetDescription): Reading {
  return {
    name: `evaluate/${pixelsText(data)}`,
    infer: (network, images) => infer(model, network, normalise(images, data)),
  }
}

/** `countCorrect` for images that were brought into another form. */
export async function countRead(
  runtime: Runtime,
  model: Model,
  reading: Reading,
  params: NamedTensors,
  batches: readonly ExampleBatch[],
): Promise<Accuracy> {
  const network = networkOf(model, params)
  let [correct, total] = [0, 0]
  for (const { images, labels } of batches) {
    const program = evaluator(runtime, reading, network, images, labels)
    const outputs = await withProgram(runtime, model, program, (evaluate) =>
      evaluate.run({ network, images, labels }),
    )
    if (Number.isNaN(outputs.sum.data[0])) throw noNumbers()
    correct += Math.round(outputs.correct.data[0] as number)
    total += labels.data.length
  }
  return { correct, total }
}

type Inputs = { network: Network<TensorSpec>; images: TensorSpec; labels: TensorSpec }
/** `sum`: of all outputs, which is NaN where one of them is, or where both infinities are among them. */
type Outputs = { correct: tf.Tensor; sum: tf.Tensor }

function evaluator(
  runtime: Runtime,
  reading: Reading,
  like: Network<TensorSpec>,
  { dtype, shape }: TensorSpec,
  labels: TensorSpec,
): Recipe<Program<Inputs, Outputs>> {
  const network = networkSpecs(like)
  return {
    name: `${reading.name}/${shape.join()}/${labels.shape.join()}/${shapesText(network)}`,
    make: async () => {
      let bytes = 0
      const program = await runtime.compile<Inputs, Outputs>(
        'evaluation',
        {
          network,
          images: { dtype, shape, shared: true },
          labels: { dtype: 'uint8', shape: labels.shape, shared: true },
        },
        ({ network: tensors, images, labels: truth }) => {
          const { output, activations } = reading.infer(tensors, images)
          bytes = activations
          const right = tf.equal(tf.argMax(output, 1), tf.cast(truth, 'int32'))
          return { correct: tf.sum(tf.cast(right, 'float32')), sum: tf.sum(output) }
        },
      )
      return { program, bytes }
    },
  }
}

function noNumbers(): Problem {
  return new Problem('cell', 'the network has no accuracy: some of its outputs are NaN or infinite', {
    hint: 'its weights are too large to compute with (lower the learning rate), or the model divides by zero',
  })
}
