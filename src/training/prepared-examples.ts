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
  const prepared: ExampleBatch[] = []
  for (const { images, labels } of exampleBatches(data, examples)) {
    const program = await runtime.compile<{ images: TensorSpec }, { x: tf.Tensor }>(
      'preparation',
      { images: { dtype: 'uint8', shape: images.shape } },
      (inputs) => ({ x: split.prepare(normalise(inputs.images, data)) }),
    )
    const { x } = await program.run({ images }).finally(() => program.dispose())
    // From the first batch on: nothing large is computed in vain.
    if ((x.data.byteLength * examples.count) / labels.data.length > mostBytes) return undefined
    prepared.push({ images: x, labels })
  }
  const reading: Reading = {
    name: 'evaluate/prepared',
    infer: (network, x) => inferPrepared(split, network, x),
  }
  return { correct: (params) => countRead(runtime, model, reading, params, prepared) }
}
