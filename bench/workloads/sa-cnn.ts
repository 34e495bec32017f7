import annealing from '../../criteria/simulated-annealing-filters.ts'
import { searchRate } from '../annealing.ts'
import { onRuntimes } from '../runtimes.ts'
import { network, tensors, torchCnn } from '../subjects/basic-cnn.ts'
import type { PeerMeasure, Workload } from '../workload.ts'

/** Masks of a short search along the whole schedule; the thesis evaluated 8,219. Shorter ones compile more programs for each mask. */
const BUDGET = 200

export const saCnn50 = saCnn(50, {})
export const saCnn80 = saCnn(80, { atLeast: 10 })

/** A whole search for a mask over filters, as the search unit runs it, against masks on the full network in PyTorch. */
function saCnn(percent: number, bounds: Pick<PeerMeasure, 'atLeast'>): Workload {
  return {
    name: `sa-cnn-${percent}`,
    summary: `simulated annealing on basic-cnn, ${percent} % of the filters, 1,024 images: masks evaluated per second over a whole search`,
    unit: 'masks/s',
    better: 'higher',
    runs: 3,
    peer: { program: torchCnn, units: 2, figure: (seconds) => 1 / seconds, ...bounds },
    open: async (context) => {
      const dataset = await context.dataset('objects')
      const task = {
        search: annealing,
        name: 'simulated-annealing-filters',
        model: network,
        tensors,
        dataset,
        settings: { sparsity: percent / 100, searchSet: 1024, granularity: 'filter' },
        budget: context.budget ?? BUDGET,
      } as const
      return onRuntimes([1, 2], (runtime) => {
        let seed = 0
        // Another search each time: the same one would find all its programs compiled.
        return Promise.resolve(() => searchRate(runtime, { ...task, seed: ++seed }))
      })
    },
  }
}
