import { Trainer } from '../../src/training/index.ts'
import { onRuntimes } from '../runtimes.ts'
import { network, randomMasks, torchMlp, training, weights } from '../subjects/decons-net.ts'
import { trainingBlock } from '../training-block.ts'
import type { Workload } from '../workload.ts'

/** Steps in a block. */
const steps = { cpu: 200, gpu: 200, toy: 4 } as const

/** A training step as suites take it: 90 % random masks, Adadelta, batches of 64. */
export const mlpTrainStep: Workload = {
  name: 'mlp-train-step',
  summary: `decons-net, 90 % masks, Adadelta, batch 64: time of a step in blocks of ${steps.cpu}`,
  unit: 'ms',
  better: 'lower',
  runs: 7,
  peer: { program: torchMlp, units: steps, figure: (seconds) => 1000 * seconds, atMost: 0.7 },
  onGpu: [1, 8, 32, 128],
  open: async (context) => {
    const dataset = await context.dataset('digits')
    const task = { model: network, dataset, settings: training, params: weights }
    return onRuntimes(context, (runtime, { cells, scale }) => {
      const trainers = Array.from(
        { length: cells },
        (_, i) => new Trainer({ ...task, runtime, seed: i + 1, masks: randomMasks(0.9, i + 1) }),
      )
      return trainingBlock(trainers, steps[scale])
    })
  },
}
