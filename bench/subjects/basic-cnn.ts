import basicCnn from '../../models/basic-cnn.ts'
import { constant, sgd } from '../../src/plugin/index.ts'
import { float32, type NamedTensors } from '../../src/values/host-tensor.ts'
import { stream } from '../../src/values/random.ts'
import type { TrainingSettings } from '../../src/values/training-settings.ts'
import type { PeerProgram } from '../workload.ts'

/** The network that is measured: four convolutions with dropout and batch-norm. */
export const network = basicCnn

/** Initial parameters and buffers of the network. */
export const tensors: NamedTensors = Object.fromEntries([
  ...network.parameters.map(
    ({ name, shape, init }) => [name, float32(shape, init(shape, stream(1, `init/${name}`)))] as const,
  ),
  ...network.buffers.map(({ name, shape, init }) => [name, float32(shape, init(shape))] as const),
])

/** The thesis' training, its first third. */
export const training: TrainingSettings = {
  optimizer: sgd({ learningRate: 0.1, momentum: 0.9, weightDecay: 1e-4 }),
  schedule: constant(),
  batchSize: 256,
  epochs: 30,
  validation: 0,
  testEveryEpoch: false,
}

/** The same network on the same images in PyTorch, which draws its own weights. */
export const torchCnn: PeerProgram = {
  script: 'cnn_torch.py',
  files: async (context) => {
    const { train, mean, std } = await context.dataset('objects')
    return {
      'images.u8': train.images,
      'labels.u8': train.labels,
      'normalisation.json': JSON.stringify({ mean, std }),
    }
  },
}
