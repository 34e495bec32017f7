import type * as tf from '@tensorflow/tfjs-core'
import type { Model } from '../plugin/index.ts'
import type { Runtime } from '../runtime/index.ts'
import type { DatasetDescription, Examples } from '../values/dataset.ts'
import type { NamedTensors, TensorSpec } from '../values/host-tensor.ts'
import { countRead, exampleBatches, type Accuracy, type ExampleBatch, type Reading } from './evaluate.ts'
import { inferPrepared, normalise } from './network.ts'

/** Examples of which all is computed that does not depend on a network's parameters, for many networks of one model. */
export interface PreparedExamples {
  /** What `countCorrect` says of these examples; `params` are network tensors. */
  correct(params: NamedTensors): Promise<Accuracy>
}

/**
 * Runs the first part of a model over all examples and keeps what it makes of them in main memory. Undefined where the
 * model has no such part, or what it makes would take more than `mostBytes`.
 */
export async function prepareExamples(
  runtime: Runtime,
  model: Model,
  data: DatasetDescription,
  examples: Examples,
  mostBytes: number,
): Promise<PreparedExamples | undefined> {
  const { split } = model
  if (split?.whole !== model.forward) return undefined
  const prepare = async ({ images, labels }: ExampleBatch): Promise<ExampleBatch> => {
    const program = await runtime.compile<{ images: TensorSpec }, { x: tf.Tensor }>(
      'preparation',
      { images: { dtype: 'uint8', shape: images.shape } },
      (inputs) => ({ x: split.prepare(normalise(inputs.images, data)) }),
    )
    const { x } = await program.run({ images }).finally(() => program.dispose())
    return { images: x, labels }
  }
  // One image tells: what a batch of large ones becomes may be more than there is memory for.
  for (const batch of exampleBatches(data, { ...examples, count: 1 })) {
    const one = await prepare(batch)
    if (one.images.data.byteLength * examples.count > mostBytes) return undefined
  }
  const prepared: ExampleBatch[] = []
  for (const batch of exampleBatches(data, examples)) prepared.push(await prepare(batch))
  const reading: Reading = {
    name: 'evaluate/prepared',
    infer: (network, x) => inferPrepared(split, network, x),
  }
  return { correct: (params) => countRead(runtime, model, reading, params, prepared) }
}
