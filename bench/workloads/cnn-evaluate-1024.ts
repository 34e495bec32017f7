import { countCorrect, firstImages } from '../../src/training/index.ts'
import { onRuntimes } from '../runtimes.ts'
import { network, tensors, torchCnn } from '../subjects/basic-cnn.ts'
import { timeCalls } from '../time-calls.ts'
import type { Workload } from '../workload.ts'

const IMAGES = 1024

/** Accuracy of a convolutional network on the images a search looks at, in the program's own batches. */
export const cnnEvaluate1024: Workload = {
  name: 'cnn-evaluate-1024',
  summary: 'basic-cnn: right answers among 1,024 images',
  unit: 'ms',
  better: 'lower',
  runs: 5,
  peer: { program: torchCnn, units: 1, figure: (seconds) => 1000 * seconds, atMost: 0.7 },
  open: async (context) => {
    const dataset = await context.dataset('objects')
    const images = firstImages(dataset.train, IMAGES)
    return onRuntimes([1, 2], (runtime) => {
      const evaluate = () => countCorrect(runtime, network, dataset, tensors, images)
      return Promise.resolve(async () => ({ value: await timeCalls(evaluate, 1) }))
    })
  },
}
