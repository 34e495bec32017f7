import * as tf from '@tensorflow/tfjs-core'
import type { Model } from '../plugin/index.ts'
import type { Program, Runtime } from '../runtime/index.ts'
import type { HostTensor, TensorSpec } from '../values/host-tensor.ts'
import type { Precision } from '../values/precision.ts'
import type { ExampleBatch, ReadableExamples } from './evaluate.ts'
import type { GivenMask, MaskForm } from './mask-form.ts'
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
 * The lists of all masks have the same lengths.
 */
export async function maskedCounts(
  task: MaskedTask,
  masks: readonly GivenMask[],
): Promise<readonly number[]> {
  const counts = new Array<number>(masks.length).fill(0)
  for await (const found of asked(task, masks, 'correct'))
    for (const [i, { data }] of found.entries()) counts[i] = (counts[i] ?? 0) + Number(data[0])
  return counts
}

/** The class that the network under a mask gives each image. */
export async function maskedAnswers(task: MaskedTask, mask: GivenMask): Promise<readonly number[]> {
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
  masks: readonly GivenMask[],
  question: Question,
): AsyncGenerator<readonly HostTensor[]> {
  const { runtime, model, form, examples } = task
  const [like] = masks
  if (!like) return
  for (const batch of examples.batches) {
    const results = await withProgram(runtime, model, asking(task, batch, like, question), (program) =>
      program.runAll(masks.map(({ lists }) => ({ ...batch, network: form.constants, lists }))),
    )
    yield results.map(({ found }) => found)
  }
}

type Inputs = {
  readonly images: TensorSpec
  readonly labels: TensorSpec
  readonly network: Record<string, TensorSpec>
  readonly lists: TensorSpec
}
type Outputs = { readonly found: tf.Tensor }

function asking(
  { runtime, form, examples: { reading }, precision }: MaskedTask,
  { images, labels }: ExampleBatch,
  { lists: { dtype, shape }, lengths }: GivenMask,
  question: Question,
): Recipe<Program<Inputs, Outputs>> {
  const network = Object.fromEntries(Object.entries(form.constants).map(([name, t]) => [name, shared(t)]))
  const signature = { images: shared(images), labels: shared(labels), network, lists: { dtype, shape } }
  const sizes = Object.values(network).map((t) => t.shape.join())
  return {
    name: [
      question,
      precision,
      reading.name,
      form.name,
      images.shape.join(),
      sizes.join(';'),
      lengths.join(),
    ].join('/'),
    make: async () => {
      let bytes = 0
      const program = await runtime.compile<Inputs, Outputs>(
        'masks',
        signature,
        (given) => {
          const parts = tf.split<tf.Tensor1D>(given.lists, [...lengths])
          const { output, activations } = reading.infer(form.network(given.network, parts), given.images)
          bytes = activations
          return { found: questions[question](tf.argMax(output, 1), tf.cast(given.labels, 'int32')) }
        },
        { precision },
      )
      return { program, bytes }
    },
  }
}

/** Stays on the device from one run to the next. */
function shared({ dtype, shape }: HostTensor): TensorSpec {
  return { dtype, shape, shared: true }
}
