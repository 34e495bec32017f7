import { Trainer } from '../../src/training/index.ts'
import { onRuntimes } from '../runtimes.ts'
import { network, tensors, torchCnn, training } from '../subjects/basic-cnn.ts'
import type { Workload } from '../workload.ts'

/** A training step as suites take it: dropout, batch-norm, SGD with momentum and weight decay, batches of 256. */
export const cnnTrainStep: Workload = {
  name: 'cnn-train-step',
  summary: 'basic-cnn, dropout, batch-norm, SGD with momentum and weight decay, batch 256: time of one step',
  unit: 'ms',
  better: 'lower',
  runs: 5,
  peer: { program: torchCnn, units: 1, figure: (seconds) => 1000 * seconds, atMost: 0.9 },
  open: async (context) => {
    const dataset = await context.dataset('objects')
    return onRuntimes([1, 2], (runtime) => {
      const task = { runtime, model: network, dataset, settings: training, seed: 1, params: tensors }
      const trainer = new Trainer(task)
      return Promise.resolve(async () => {
        const started = performance.now()
        await trainer.trainTo(trainer.step + 1, () => undefined)
        return { value: performance.now() - started }
      })
    })
  },
}
