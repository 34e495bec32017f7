import { countCorrect, firstImages } from '../../src/training/index.ts'
import { evaluationBlock } from '../evaluation-block.ts'
import { onRuntimes } from '../runtimes.ts'
import { network, torchMlp, weights } from '../subjects/decons-net.ts'
import type { Workload } from '../workload.ts'

const images = { cpu: 2000, gpu: 2000, toy: 200 } as const
const calls = { cpu: 20, gpu: 20, toy: 2 } as const

/** Accuracy of a network on the images a search looks at, in one batch. */
export const mlpEvaluate2000: Workload = {
  name: 'mlp-evaluate-2000',
  summary: `decons-net: right answers among ${images.cpu} images in one batch`,
  unit: 'ms',
  better: 'lower',
  runs: 7,
  peer: { program: torchMlp, units: calls, figure: (seconds) => 1000 * seconds },
  onGpu: [1, 8, 32, 128],
  open: async (context) => {
    const dataset = await context.dataset('digits')
    return onRuntimes(context, (runtime, { cells, scale }) => {
      const count = images[scale]
      const first = firstImages(dataset.train, count)
      const evaluate = () => countCorrect(runtime, network, dataset, weights, first, count)
      return evaluationBlock(evaluate, cells, calls[scale])
    })
  },
}
