import annealing from '../../criteria/simulated-annealing-filters.ts'
import { searchBlock } from '../annealing.ts'
import { onRuntimes } from '../runtimes.ts'
import { network, tensors, torchCnn } from '../subjects/basic-cnn.ts'
import type { PeerMeasure, Workload } from '../workload.ts'

/** Masks of a short search along the whole schedule; the thesis evaluated 8,219. Shorter ones compile more programs for each mask. */
const budgets = { cpu: 200, gpu: 400, toy: 12 } as const
const searchSets = { cpu: 1024, gpu: 1024, toy: 8 } as const
const units = { cpu: 2, gpu: 20, toy: 1 } as const

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
    peer: { program: torchCnn, units, figure: (seconds) => 1 / seconds, ...bounds },
    onGpu: [1, 8],
    open: async (context) => {
      const dataset = await context.dataset('objects')
      const task = {
        search: annealing,
        name: 'simulated-annealing-filters',
        model: network,
        tensors,
        dataset,
      } as const
      return onRuntimes(context, (runtime, { cells, scale }) => {
        const settings = {
          sparsity: percent / 100,
          searchSet: searchSets[scale],
          granularity: 'filter',
        } as const
        return searchBlock(runtime, { ...task, settings, budget: context.budget ?? budgets[scale] }, cells)
      })
    },
  }
}
