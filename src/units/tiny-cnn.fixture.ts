import {
  batchNorm,
  constant,
  conv2d,
  defineModel,
  dense,
  dropout,
  flatten,
  logSoftmax,
  relu,
  sequential,
  sgd,
} from '../plugin/index.ts'
import { initialised, trained } from '../plugin/network.fixture.ts'
import type { Runtime } from '../runtime/index.ts'
import { Trainer } from '../training/index.ts'
import type { Dataset } from '../values/dataset.ts'
import { sizeOf, type NamedTensors } from '../values/host-tensor.ts'
import { stream } from '../values/random.ts'

const input = [4, 4, 2] as const
const classes = 3

/** Filters of the two convolutions. */
export const FILTERS = [10, 12] as const

/** Two convolutions, to 4 × 4 and 2 × 2 pixels. Their batch-norms are named the wrong way round: names tell nothing. */
export const tinyCnn = defineModel({
  summary: 'A tiny convolutional network.',
  input,
  classes,
  ...sequential(
    conv2d('first', input[2], FILTERS[0], { padding: 'same' }),
    relu(),
    dropout('drop', FILTERS[0], 0.3),
    batchNorm('second-norm', FILTERS[0]),
    conv2d('second', FILTERS[0], FILTERS[1]),
    relu(),
    batchNorm('first-norm', FILTERS[1]),
    flatten(),
    dense('dense', 2 * 2 * FILTERS[1], classes, { maskable: false }),
    logSoftmax(),
  ),
})

const random = stream(1, 'tiny-cnn')
const examples = (count: number) => ({
  count,
  images: Uint8Array.from({ length: count * sizeOf(input) }, () => random.integer(256)),
  labels: Uint8Array.from({ length: count }, () => random.integer(classes)),
})

/** Images without a pattern. */
export const tinyImages: Dataset = {
  name: 'tiny',
  shape: input,
  classes,
  mean: [0.4, 0.5],
  std: [0.2, 0.3],
  size: { train: 40, test: 20 },
  train: examples(40),
  test: examples(20),
}

/** Its weights after some training, so that what it says depends on the image, also without some filters. */
export async function trainedTinyCnn(runtime: Runtime): Promise<NamedTensors> {
  const training = {
    optimizer: sgd({ learningRate: 0.05, momentum: 0.9, weightDecay: 1e-4 }),
    schedule: constant(),
    batchSize: 8,
    epochs: 12,
    validation: 0,
    testEveryEpoch: false,
  }
  const params = trained(initialised(tinyCnn, 1), 2)
  const trainer = new Trainer({
    ...{ runtime, model: tinyCnn, dataset: tinyImages, seed: 1, params },
    settings: training,
  })
  await trainer.trainTo(60, () => undefined)
  return trainer.params
}
