import { Trainer } from '../../src/training/index.ts'
import { onRuntimes } from '../runtimes.ts'
import { network, tensors, torchCnn, training } from '../subjects/basic-cnn.ts'
import { trainingBlock } from '../training-block.ts'
import type { Workload } from '../workload.ts'

/** Steps in a block: on a CPU one is long enough to be timed alone. */
const steps = { cpu: 1, gpu: 20, toy: 1 } as const
const batchSizes = { cpu: training.batchSize, gpu: training.batchSize, toy: 4 } as const

/** A training step as suites take it: dropout, batch-norm, SGD with momentum and weight decay, batches of 256. */
export const cnnTrainStep: Workload = {
  name: 'cnn-train-step',
  summary: 'basic-cnn, dropout, batch-norm, SGD with momentum and weight decay, batch 256: time of one step',
  unit: 'ms',
  better: 'lower',
  runs: 5,
  peer: { program: torchCnn, units: steps, figure: (seconds) => 1000 * seconds, atMost: 0.9 },
  onGpu: [1, 4, 16],
  open: async (context) => {
    const dataset = await context.dataset('objects')
    return onRuntimes(context, (runtime, { cells, scale }) => {
      const settings = { ...training, batchSize: batchSizes[scale] }
      const task = { runtime, model: network, dataset, settings, params: tensors }
      const trainers = Array.from({ length: cells }, (_, i) => new Trainer({ ...task, seed: i + 1 }))
      return trainingBlock(trainers, steps[scale])
    })
  },
}
