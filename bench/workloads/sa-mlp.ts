import annealing from '../../criteria/simulated-annealing.ts'
import { runners } from '../../src/units/index.ts'
import { unitOf } from '../../src/plan/key.ts'
import type { UnitContext } from '../../src/units/index.ts'
import type { Runtime } from '../../src/runtime/index.ts'
import type { Dataset } from '../../src/values/dataset.ts'
import { digest } from '../../src/values/digest.ts'
import { onRuntimes } from '../runtimes.ts'
import { network, weights } from '../subject.ts'
import type { BenchContext, Sample, Workload } from '../workload.ts'

/** A whole search for a mask of 80 % sparsity, as the search unit runs it. */
export const saMlp: Workload = {
  name: 'sa-mlp',
  summary:
    'simulated annealing on decons-net, 80 % sparsity, 2,000 images: masks evaluated per second over a whole search',
  unit: 'masks/s',
  better: 'higher',
  runs: 3,
  peer: { units: 50, figure: (seconds) => 1 / seconds },
  open: async (context) => {
    const dataset = await context.dataset()
    return onRuntimes([1, 2], (runtime) => Promise.resolve(() => search(runtime, dataset, context)))
  },
}

/** One search: its rate, and the rates over its first and its last quarter, where proposals differ much and little. */
async function search(runtime: Runtime, dataset: Dataset, { budget }: BenchContext): Promise<Sample> {
  const clock = [{ done: 0, at: performance.now() }]
  const options = { ...annealing.options, budget }
  const unit = unitOf(
    'search',
    {
      settings: { sparsity: 0.8, searchSet: 2000, options },
      inputs: { weights: digest('weights') },
      plugins: { search: { name: 'simulated-annealing', digest: digest('simulated-annealing') } },
      data: null,
      engine: null,
      seed: 1,
    },
    { label: 'search', weight: 1 },
  )
  const { facts } = await runners.search(unit, {
    runtime: () => Promise.resolve(runtime),
    dataset: () => Promise.resolve(dataset),
    model: () => Promise.resolve(network),
    search: () => Promise.resolve(annealing),
    criterion: () => Promise.reject(new Error('a search has no criterion')),
    input: () => Promise.resolve({ facts: {}, tensors: weights }),
    progress: ({ done }) => clock.push({ done, at: performance.now() }),
  } satisfies UnitContext)
  const seconds = (performance.now() - (clock[0]?.at ?? 0)) / 1000
  if (facts.evaluated !== budget)
    throw new Error(`the search evaluated ${JSON.stringify(facts.evaluated)} masks, not ${budget}`)
  return {
    value: budget / seconds,
    also: { early: rateBetween(clock, 0, budget / 4), late: rateBetween(clock, (3 * budget) / 4, budget) },
  }
}

/** Masks per second from about the `from`-th to about the `to`-th. */
function rateBetween(
  clock: readonly { readonly done: number; readonly at: number }[],
  from: number,
  to: number,
): number {
  const first = clock.findLast(({ done }) => done <= from)
  const last = clock.find(({ done }) => done >= to)
  if (!first || !last) throw new Error('the search did not tell its progress')
  return (last.done - first.done) / ((last.at - first.at) / 1000)
}
