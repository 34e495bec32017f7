import annealing from '../../criteria/simulated-annealing.ts'
import { searchBlock } from '../annealing.ts'
import { onRuntimes } from '../runtimes.ts'
import { network, torchMlp, weights } from '../subjects/decons-net.ts'
import type { Workload } from '../workload.ts'

/** Masks of a short search along the whole schedule; the thesis evaluated 42,700. */
const budgets = { cpu: 4270, gpu: 4270, toy: 40 } as const
const searchSets = { cpu: 2000, gpu: 2000, toy: 200 } as const
const units = { cpu: 50, gpu: 200, toy: 2 } as const

/** A whole search for a mask of 80 % sparsity, as the search unit runs it; proposals differ much at first, little at last. */
export const saMlp: Workload = {
  name: 'sa-mlp',
  summary:
    'simulated annealing on decons-net, 80 % sparsity, 2,000 images: masks evaluated per second over a whole search',
  unit: 'masks/s',
  better: 'higher',
  runs: 3,
  peer: { program: torchMlp, units, figure: (seconds) => 1 / seconds, atLeast: 8 },
  onGpu: [1, 8],
  open: async (context) => {
    const dataset = await context.dataset('digits')
    const task = {
      search: annealing,
      name: 'simulated-annealing',
      model: network,
      tensors: weights,
      dataset,
    }
    return onRuntimes(context, (runtime, { cells, scale }) => {
      const settings = { sparsity: 0.8, searchSet: searchSets[scale] }
      return searchBlock(runtime, { ...task, settings, budget: context.budget ?? budgets[scale] }, cells)
    })
  },
}
