import annealing from '../../criteria/simulated-annealing.ts'
import { searchRate } from '../annealing.ts'
import { onRuntimes } from '../runtimes.ts'
import { network, torchMlp, weights } from '../subjects/decons-net.ts'
import type { Workload } from '../workload.ts'

/** Masks of a short search along the whole schedule; the thesis evaluated 42,700. */
const BUDGET = 4270

/** A whole search for a mask of 80 % sparsity, as the search unit runs it; proposals differ much at first, little at last. */
export const saMlp: Workload = {
  name: 'sa-mlp',
  summary:
    'simulated annealing on decons-net, 80 % sparsity, 2,000 images: masks evaluated per second over a whole search',
  unit: 'masks/s',
  better: 'higher',
  runs: 3,
  peer: { program: torchMlp, units: 50, figure: (seconds) => 1 / seconds, atLeast: 8 },
  open: async (context) => {
    const dataset = await context.dataset('digits')
    const task = {
      search: annealing,
      name: 'simulated-annealing',
      model: network,
      tensors: weights,
      dataset,
      settings: { sparsity: 0.8, searchSet: 2000 },
      budget: context.budget ?? BUDGET,
      seed: 1,
    }
    return onRuntimes([1, 2], (runtime) => Promise.resolve(() => searchRate(runtime, task)))
  },
}
