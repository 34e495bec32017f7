import { countCorrect, firstImages } from '../../src/training/index.ts'
import { onRuntimes } from '../runtimes.ts'
import { network, torchMlp, weights } from '../subjects/decons-net.ts'
import { timeCalls } from '../time-calls.ts'
import type { Workload } from '../workload.ts'

const IMAGES = 2000
const CALLS = 20

/** Accuracy of a network on the images a search looks at, in one batch. */
export const mlpEvaluate2000: Workload = {
  name: 'mlp-evaluate-2000',
  summary: `decons-net: right answers among ${IMAGES} images in one batch`,
  unit: 'ms',
  better: 'lower',
  runs: 7,
  peer: { program: torchMlp, units: CALLS, figure: (seconds) => 1000 * seconds },
  open: async (context) => {
    const dataset = await context.dataset('digits')
    const images = firstImages(dataset.train, IMAGES)
    return onRuntimes([1, 2], async (runtime) => {
      const evaluate = () => countCorrect(runtime, network, dataset, weights, images, IMAGES)
      await evaluate()
      return async () => ({ value: await timeCalls(evaluate, CALLS) })
    })
  },
}
