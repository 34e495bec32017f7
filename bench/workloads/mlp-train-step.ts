import { Trainer } from '../../src/training/index.ts'
import { onRuntimes } from '../runtimes.ts'
import { network, randomMasks, torchMlp, training, weights } from '../subjects/decons-net.ts'
import type { Workload } from '../workload.ts'

const STEPS = 200

/** A training step as suites take it: 90 % random masks, Adadelta, batches of 64. */
export const mlpTrainStep: Workload = {
  name: 'mlp-train-step',
  summary: `decons-net, 90 % masks, Adadelta, batch 64: time of a step in blocks of ${STEPS}`,
  unit: 'ms',
  better: 'lower',
  runs: 7,
  peer: { program: torchMlp, units: STEPS, figure: (seconds) => 1000 * seconds, atMost: 0.7 },
  open: async (context) => {
    const dataset = await context.dataset('digits')
    const masks = randomMasks(0.9)
    return onRuntimes([1, 2], (runtime) => {
      const task = { runtime, model: network, dataset, settings: training, seed: 1, params: weights, masks }
      const trainer = new Trainer(task)
      let taken = 0
      return Promise.resolve(async () => {
        taken += STEPS
        const started = performance.now()
        await trainer.trainTo(taken, () => undefined)
        return { value: (performance.now() - started) / STEPS }
      })
    })
  },
}
