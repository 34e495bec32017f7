import * as tf from '@tensorflow/tfjs-core'
import type { Model } from '../plugin/index.ts'
import type { Program, Runtime } from '../runtime/index.ts'
import type { DatasetDescription, Examples } from '../values/dataset.ts'
import { float32, sizeOf, type NamedTensors, type TensorSpec } from '../values/host-tensor.ts'
import { exampleBatches } from './evaluate.ts'
import { logitsOf, measured, normalise, pixelsText } from './network.ts'
import { networkOf, networkSpecs, shapesText, type Network } from './network-tensors.ts'
import { withProgram, type Recipe } from './program-cache.ts'

/** The derivatives of one image's logits by its normalised values, row-major. */
export interface Jacobian {
  /** Classes. */
  readonly rows: number
  /** Values of an image. */
  readonly columns: number
  readonly values: Float32Array
}

/** Images in one program run. */
const BATCH = 64

/**
 * The Jacobian of a network at each of some images, in inference mode: one backward pass for each class. Of its logits,
 * where the model tells what it puts out before its last softmax; else of its outputs.
 */
export async function jacobians(
  runtime: Runtime,
  model: Model,
  data: DatasetDescription,
  params: NamedTensors,
  examples: Examples,
): Promise<readonly Jacobian[]> {
  const network = networkOf(model, params)
  const { classes } = model
  const columns = sizeOf(data.shape)
  const found: Jacobian[] = []
  for (const { images } of exampleBatches(data, examples, BATCH)) {
    const count = images.shape[0] as number
    const batch = Array.from({ length: count }, (): Jacobian => ({
      rows: classes,
      columns,
      values: new Float32Array(classes * columns),
    }))
    await withProgram(
      runtime,
      model,
      gradientOfImage(runtime, model, data, network, count),
      async (program) => {
        for (let c = 0; c < classes; c++) {
          const direction = Float32Array.from({ length: count * classes }, (_, i) =>
            i % classes === c ? 1 : 0,
          )
          const { gradient } = await program.run({
            network,
            images,
            direction: float32([count, classes], direction),
          })
          batch.forEach(({ values }, i) =>
            values.set((gradient.data as Float32Array).subarray(i * columns, (i + 1) * columns), c * columns),
          )
        }
      },
    )
    found.push(...batch)
  }
  return found
}

type Inputs = { network: Network<TensorSpec>; images: TensorSpec; direction: TensorSpec }
type Outputs = { gradient: tf.Tensor }

/** A program: the derivative by the images of logits, weighted by `direction` and summed. */
function gradientOfImage(
  runtime: Runtime,
  model: Model,
  data: DatasetDescription,
  like: Network<TensorSpec>,
  count: number,
): Recipe<Program<Inputs, Outputs>> {
  const network = networkSpecs(like)
  const forward = logitsOf(model)
  return {
    name: `jacobian/${pixelsText(data)}/${count}/${shapesText(network)}`,
    make: async () => {
      let bytes = 0
      const program = await runtime.compile<Inputs, Outputs>(
        'Jacobian',
        {
          network,
          images: { dtype: 'uint8', shape: [count, ...data.shape] },
          direction: { dtype: 'float32', shape: [count, model.classes] },
        },
        ({ network: { params, buffers }, images, direction }) => {
          const logits = (x: tf.Tensor) => {
            const { output, activations } = measured(() =>
              forward({ params, buffers, x: x as tf.Tensor4D, training: null }),
            )
            bytes = activations
            return output
          }
          return { gradient: tf.grad(logits)(normalise(images, data), direction) }
        },
      )
      return { program, bytes }
    },
  }
}
