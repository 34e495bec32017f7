import { stream } from '../values/random.ts'

/** One epoch's order of the training images: the same for every network of a seed, whatever its mask. */
export function epochOrder(seed: number, epoch: number, examples: number): Int32Array {
  return stream(seed, `batches/epoch-${epoch}`).permutation(examples)
}

/** Some steps of equal batch size: image indices, [steps, batchSize]. */
export interface Batches {
  /** Of its first step, counted from the beginning of training. */
  readonly firstStep: number
  readonly epoch: number
  readonly steps: number
  readonly batchSize: number
  readonly indices: Int32Array
}

/**
 * Steps `from` to `to` of training, in pieces of at most `atMost()` steps (asked before each piece) that lie within one
 * epoch and have one batch size. Each epoch visits every image once; its last batch is smaller where the count asks for it.
 */
export function* batchesBetween(
  from: number,
  to: number,
  plan: { seed: number; examples: number; batchSize: number; atMost: () => number },
): Generator<Batches> {
  const { seed, examples, batchSize, atMost } = plan
  const whole = Math.floor(examples / batchSize)
  const perEpoch = stepsPerEpoch(examples, batchSize)
  let order: Int32Array = new Int32Array(0)
  let orderOf = -1
  for (let step = from; step < to;) {
    const epoch = Math.floor(step / perEpoch)
    if (orderOf !== epoch) {
      order = epochOrder(seed, epoch, examples)
      orderOf = epoch
    }
    const at = step - epoch * perEpoch
    const last = at >= whole
    const steps = last ? 1 : Math.min(to - step, whole - at, atMost())
    const size = last ? examples - whole * batchSize : batchSize
    yield {
      firstStep: step,
      epoch,
      steps,
      batchSize: size,
      indices: order.subarray(at * batchSize, at * batchSize + steps * size),
    }
    step += steps
  }
}

export function stepsPerEpoch(examples: number, batchSize: number): number {
  return Math.ceil(examples / batchSize)
}
