import deconsNet from '../../models/decons-net.ts'
import { adadelta, constant } from '../../src/plugin/index.ts'
import { float32, sizeOf, type HostTensor } from '../../src/values/host-tensor.ts'
import { stream } from '../../src/values/random.ts'
import type { TrainingSettings } from '../../src/values/training-settings.ts'
import type { PeerProgram } from '../workload.ts'

/** The network that is measured: LeNet-300-100 without biases. */
export const network = deconsNet

/** Initial weights of the network, by parameter. */
export const weights: Readonly<Record<string, HostTensor>> = Object.fromEntries(
  network.parameters.map(({ name, shape, init }) => [
    name,
    float32(shape, init(shape, stream(1, `init/${name}`))),
  ]),
)

/** Random masks as factors: in each layer the share `sparsity` is zero. */
export function randomMasks(sparsity: number, seed = 1): Readonly<Record<string, HostTensor>> {
  return Object.fromEntries(
    network.parameters.map(({ name, shape }) => {
      const size = sizeOf(shape)
      const mask = new Float32Array(size)
      const order = stream(seed, `mask/${name}`).permutation(size)
      for (const i of order.subarray(0, Math.round(size * (1 - sparsity)))) mask[i] = 1
      return [name, float32(shape, mask)]
    }),
  )
}

/** The thesis' training. */
export const training: TrainingSettings = {
  optimizer: adadelta(),
  schedule: constant(),
  batchSize: 64,
  epochs: 50,
  validation: 0,
  testEveryEpoch: false,
}

/** The same network, masks and images in PyTorch. */
export const torchMlp: PeerProgram = {
  script: 'mlp_torch.py',
  files: async (context) => {
    const { train } = await context.dataset('digits')
    const masks = randomMasks(0.9)
    const layers = Object.entries(weights).flatMap(([name, { data }]) => {
      const layer = name.split('/')[0] ?? name
      return [
        [`${layer}.weight.f32`, data],
        [`${layer}.mask.f32`, masks[name]?.data ?? new Float32Array()],
      ] as const
    })
    return { 'images.u8': train.images, 'labels.u8': train.labels, ...Object.fromEntries(layers) }
  },
}
