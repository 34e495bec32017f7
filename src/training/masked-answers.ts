import * as tf from '@tensorflow/tfjs-core'
import type { Model } from '../plugin/index.ts'
import type { Loop, LoopSignature, Runtime } from '../runtime/index.ts'
import type { HostTensor, NamedTensors, TensorSpec } from '../values/host-tensor.ts'
import type { Precision } from '../values/precision.ts'
import type { ExampleBatch, ReadableExamples } from './evaluate.ts'
import type { MaskForm } from './mask-form.ts'
import { withProgram, type Recipe } from './program-cache.ts'

/** Networks under masks, and what they are evaluated on. */
export interface MaskedTask {
  readonly runtime: Runtime
  readonly model: Model
  readonly form: MaskForm
  readonly examples: ReadableExamples
  readonly precision: Precision
}

/**
 * Right answers of the network under each mask (as `countCorrect`); engines that gain by it compute all of them at once.
 * Masks come as `form.given` gives them, in equal shapes.
 */
export async function maskedCounts(
  task: MaskedTask,
  masks: readonly NamedTensors[],
): Promise<readonly number[]> {
  const counts = new Array<number>(masks.length).fill(0)
  for await (const found of asked(task, masks, 'correct'))
    for (const [i, { data }] of found.entries()) counts[i] = (counts[i] ?? 0) + Number(data[0])
  return counts
}

/** The class that the network under a mask gives each image. */
export async function maskedAnswers(task: MaskedTask, mask: NamedTensors): Promise<readonly number[]> {
  const answers: number[] = []
  for await (const [found] of asked(task, [mask], 'answers')) answers.push(...(found?.data ?? []))
  return answers
}

/** What can be asked of answers [images] and the right ones. */
const questions = {
  correct: (answers: tf.Tensor, labels: tf.Tensor) => tf.sum(tf.cast(tf.equal(answers, labels), 'int32')),
  answers: (answers: tf.Tensor) => answers,
}
type Question = keyof typeof questions

/** What is asked of every mask, for one batch of images after the other. */
async function* asked(
  task: MaskedTask,
  masks: readonly NamedTensors[],
  question: Question,
): AsyncGenerator<readonly HostTensor[]> {
  const { runtime, model, form, examples } = task
  const [like] = masks
  if (!like) return
  const steps = masks.map(asOneStep)
  for (const batch of examples.batches) {
    const constants = { ...batch, network: form.constants }
    const results = await withProgram(runtime, model, asking(task, batch, like, question), (loop) =>
      loop.runAll(steps.map((each) => ({ constants, carry: {}, each }))),
    )
    yield results.map(({ out }) => out.found)
  }
}

/** A loop of one step: constants stay on the device from one run to the next. */
interface Signature extends LoopSignature {
  readonly constants: LoopSignature['constants'] & {
    readonly images: TensorSpec
    readonly labels: TensorSpec
    readonly network: Record<string, TensorSpec>
  }
  readonly each: Record<string, TensorSpec>
}
interface Outputs extends Record<string, tf.Tensor> {
  readonly found: tf.Tensor
}

function asking(
  { runtime, form, examples: { reading }, precision }: MaskedTask,
  { images, labels }: ExampleBatch,
  mask: NamedTensors,
  question: Question,
): Recipe<Loop<Signature, Outputs>> {
  const signature: Signature = {
    constants: { images: shared(images), labels: shared(labels), network: mapped(form.constants, shared) },
    carry: {},
    each: mapped(mask, ({ dtype, shape }) => ({ dtype, shape })),
  }
  const shapes = [...Object.values(signature.constants.network), ...Object.values(signature.each)]
  const sizes = shapes.map(({ shape }) => shape.join()).join(';')
  return {
    name: [question, precision, reading.name, form.name, images.shape.join(), sizes].join('/'),
    make: async () => {
      let bytes = 0
      const program = await runtime.loop<Signature, Outputs>(
        'masks',
        signature,
        ({ constants, each }) => {
          const network = form.network(constants.network, each)
          const { output, activations } = reading.infer(network, constants.images)
          bytes = activations
          const found = questions[question](tf.argMax(output, 1), tf.cast(constants.labels, 'int32'))
          return { carry: {}, out: { found } }
        },
        { precision },
      )
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
