import * as tf from '@tensorflow/tfjs-core'
import type { Model } from '../plugin/index.ts'
import type { Loop, LoopSignature, Runtime } from '../runtime/index.ts'
import type { HostTensor, NamedTensors, TensorSpec } from '../values/host-tensor.ts'
import type { ExampleBatch, ReadableExamples } from './evaluate.ts'
import type { MaskForm } from './mask-form.ts'
import { withProgram, type Recipe } from './program-cache.ts'

/** A loop of one step: constants stay on the device from one run to the next. */
interface Signature extends LoopSignature {
  readonly constants: Specs & { images: TensorSpec; labels: TensorSpec; network: Record<string, TensorSpec> }
  readonly each: Record<string, TensorSpec>
}
type Specs = LoopSignature['constants']
interface Outputs extends Record<string, tf.Tensor> {
  readonly correct: tf.Tensor
}

/** Networks under masks, and what they are evaluated on. */
export interface MaskedTask {
  readonly runtime: Runtime
  readonly model: Model
  readonly form: MaskForm
  readonly examples: ReadableExamples
}

/**
 * Right answers of the network under each mask (as `countCorrect`); engines that gain by it compute all of them at once.
 * Masks come as `form.given` gives them, in equal shapes.
 */
export async function maskedCounts(
  task: MaskedTask,
  masks: readonly NamedTensors[],
): Promise<readonly number[]> {
  const { runtime, model, form, examples } = task
  const [like] = masks
  if (!like) return []
  const steps = masks.map(asOneStep)
  const counts = new Array<number>(masks.length).fill(0)
  for (const batch of examples.batches) {
    const constants = { ...batch, network: form.constants }
    const results = await withProgram(runtime, model, counting(task, batch, like), (loop) =>
      loop.runAll(steps.map((each) => ({ constants, carry: {}, each }))),
    )
    for (const [i, { out }] of results.entries()) counts[i] = (counts[i] ?? 0) + Number(out.correct.data[0])
  }
  return counts
}

function counting(
  { runtime, form, examples: { reading } }: MaskedTask,
  { images, labels }: ExampleBatch,
  mask: NamedTensors,
): Recipe<Loop<Signature, Outputs>> {
  const signature: Signature = {
    constants: { images: shared(images), labels: shared(labels), network: mapped(form.constants, shared) },
    carry: {},
    each: mapped(mask, ({ dtype, shape }) => ({ dtype, shape })),
  }
  const shapes = [...Object.values(signature.constants.network), ...Object.values(signature.each)]
  return {
    name: `${reading.name}/${form.name}/${images.shape.join()}/${shapes.map(({ shape }) => shape.join()).join(';')}`,
    make: async () => {
      let bytes = 0
      const program = await runtime.loop<Signature, Outputs>('masks', signature, ({ constants, each }) => {
        const { output, activations } = reading.infer(form.network(constants.network, each), constants.images)
        bytes = activations
        const right = tf.equal(tf.argMax(output, 1), tf.cast(constants.labels, 'int32'))
        return { carry: {}, out: { correct: tf.sum(tf.cast(right, 'int32')) } }
      })
      return { program, bytes }
    },
  }
}

function shared({ dtype, shape }: HostTensor): TensorSpec {
  return { dtype, shape, shared: true }
}

function asOneStep(mask: NamedTensors): Record<string, HostTensor> {
  return mapped(mask, (tensor) => ({ ...tensor, shape: [1, ...tensor.shape] }))
}

function mapped<T>(tensors: NamedTensors, to: (tensor: HostTensor) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, to(tensor)]))
}
