import { countCorrect, firstImages } from '../../src/training/index.ts'
import { evaluationBlock } from '../evaluation-block.ts'
import { onRuntimes } from '../runtimes.ts'
import { network, tensors, torchCnn } from '../subjects/basic-cnn.ts'
import type { Workload } from '../workload.ts'

const images = { cpu: 1024, gpu: 1024, toy: 8 } as const
const calls = { cpu: 1, gpu: 10, toy: 1 } as const

/** Accuracy of a convolutional network on the images a search looks at, in the program's own batches. */
export const cnnEvaluate1024: Workload = {
  name: 'cnn-evaluate-1024',
  summary: `basic-cnn: right answers among ${images.cpu} images`,
  unit: 'ms',
  better: 'lower',
  runs: 5,
  peer: { program: torchCnn, units: calls, figure: (seconds) => 1000 * seconds, atMost: 0.7 },
  onGpu: [1, 4, 16],
  open: async (context) => {
    const dataset = await context.dataset('objects')
    return onRuntimes(context, (runtime, { cells, scale }) => {
      const first = firstImages(dataset.train, images[scale])
      return evaluationBlock(
        () => countCorrect(runtime, network, dataset, tensors, first),
        cells,
        calls[scale],
      )
    })
  },
}
