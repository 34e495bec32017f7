import * as tf from '@tensorflow/tfjs-core'
import { stepsOf, type InferenceStep, type Model, type Parameters } from '../plugin/index.ts'
import { measured, networkOf, networkSpecs, type Network } from '../training/index.ts'
import { sizeOf, type HostTensor, type NamedTensors } from '../values/host-tensor.ts'
import { Problem } from '../values/problem.ts'
import { isNear } from './near.ts'
import { randomBatch } from './random-network.ts'
import { asProblem, PROGRAM, type TriedModel } from './trial.ts'

const BATCH = 4

/** Relative difference that rounding may make. */
const ROUNDING = 1e-4

/** Another form in which a model gives its forward pass. */
interface Form {
  /** What it says of some images: one of these is what `forward` says. */
  readonly compute: (network: Network<tf.Tensor>, x: tf.Tensor4D) => Readonly<Record<string, tf.Tensor>>
  readonly agrees: (form: HostTensor, whole: HostTensor) => boolean
}

/**
 * Whether the other forms in which a model gives its forward pass (`split`, `logits`, `steps`) say the same as `forward`,
 * in inference, for a few random images: searches and Jacobians compute by them. Throws a `Problem` that names the form.
 */
export async function checkForms({ runtime, model, name }: TriedModel, tensors: NamedTensors): Promise<void> {
  const network = networkOf(model, tensors)
  const { x } = randomBatch(model, BATCH, 1)
  const outputsOf = async (compute: Form['compute']): Promise<readonly HostTensor[]> => {
    const program = await runtime.compile(
      PROGRAM,
      { network: networkSpecs(network), x: { dtype: 'float32', shape: x.shape } },
      (inputs) => compute(inputs.network, inputs.x as tf.Tensor4D),
    )
    return Object.values<HostTensor>(await program.run({ network, x }).finally(() => program.dispose()))
  }
  for (const [form, { compute, agrees }] of Object.entries(formsOf(model))) {
    const [whole] = await outputsOf((tried, images) => ({
      output: inferred(model.forward, tried, images),
    }))
    const says = await outputsOf(compute).catch((error: unknown) => {
      throw asProblem(`the ${form} of the model ${name} cannot be evaluated`, error)
    })
    if (says.some((one) => agrees(one, whole as HostTensor))) continue
    throw new Problem('usage', `the ${form} of the model ${name} computes something else than its forward`, {
      hint: `let them agree in inference, or leave ${form} out`,
    })
  }
}

const isClose: Form['agrees'] = (form, whole) => isNear(form, whole, ROUNDING)

function formsOf(model: Model): Readonly<Record<string, Form>> {
  const { forward, split, logits } = model
  const steps = rowSteps(model)
  return {
    ...(split?.whole === forward && {
      split: {
        compute: ({ params, buffers }, x) => ({
          output: measured(() => split.finish({ params, buffers, x: split.prepare(x), training: null }))
            .output,
        }),
        agrees: isClose,
      },
    }),
    ...(logits?.whole === forward && {
      logits: {
        compute: (network, x) => {
          const before = inferred(logits.forward, network, x)
          return { logProbabilities: tf.logSoftmax(before), probabilities: tf.softmax(before) }
        },
        agrees: isClose,
      },
    }),
    ...(steps && {
      steps: {
        compute: ({ params }, x) => ({
          output: steps.list.reduce((y, step) => stepped(step, params, y), tf.reshape(x, [x.shape[0], -1])),
        }),
        agrees: steps.ordered ? sameOrder : isClose,
      },
    }),
  }
}

function inferred(
  forward: Model['forward'],
  { params, buffers }: Network<tf.Tensor>,
  x: tf.Tensor4D,
): tf.Tensor2D {
  return measured(() => forward({ params, buffers, x, training: null })).output
}

/**
 * Steps that are computed on one row of numbers for each image, as searches do, and whether the last one, left out,
 * changes all but their order.
 */
function rowSteps(
  model: Model,
): { readonly list: readonly InferenceStep[]; readonly ordered: boolean } | undefined {
  const all = stepsOf(model)
  if (all === undefined) return undefined
  const ordered = all.at(-1)?.kind === 'order'
  const list = ordered ? all.slice(0, -1) : all
  if (list.some(({ kind }) => kind === 'order')) return undefined
  const shapes = new Map(model.parameters.map(({ name, shape }) => [name, shape]))
  let width = sizeOf(model.input)
  for (const step of list)
    if (step.kind === 'dense') {
      const [outputs, inputs] = shapes.get(step.weight) ?? []
      // One that runs on each pixel by itself.
      if (inputs !== width) return undefined
      width = outputs as number
    }
  return { list, ordered }
}

function stepped(step: InferenceStep, params: Parameters, x: tf.Tensor): tf.Tensor {
  if (step.kind === 'relu') return tf.relu(x)
  if (step.kind !== 'dense') return x
  const product = tf.matMul(x, params[step.weight] as tf.Tensor, false, true)
  return step.bias === null ? product : tf.add(product, params[step.bias] as tf.Tensor)
}

/** Whether no image has two classes of which each says that the other one is higher. */
function sameOrder({ data, shape }: HostTensor, whole: HostTensor): boolean {
  const classes = shape[1] as number
  return data.every((value, i) => {
    const row = i - (i % classes)
    return Array.from({ length: classes }, (_, c) => row + c).every(
      (j) => !(value < (data[j] as number) && (whole.data[i] as number) > (whole.data[j] as number)),
    )
  })
}
