import { unitOf } from '../src/plan/key.ts'
import type { UnitSettings } from '../src/plan/types.ts'
import type { Model, Search } from '../src/plugin/index.ts'
import type { Runtime } from '../src/runtime/index.ts'
import { runners, type UnitContext } from '../src/units/index.ts'
import type { Dataset } from '../src/values/dataset.ts'
import { digest } from '../src/values/digest.ts'
import type { NamedTensors } from '../src/values/host-tensor.ts'
import type { Block } from './runtimes.ts'

/** A search for a mask as a unit of a suite runs it. */
export interface SearchTask {
  readonly search: Search
  /** The search's file name. */
  readonly name: string
  readonly model: Model
  /** The network tensors that are masked. */
  readonly tensors: NamedTensors
  readonly dataset: Dataset
  /** What the unit is told; `options` besides the budget are the search's own. */
  readonly settings: Omit<UnitSettings['search'], 'options' | 'stream'>
  /** Masks evaluated. */
  readonly budget: number
}

/**
 * So many searches at the same time: masks per second of all of them. Every block has other searches: the same ones
 * would find all their programs compiled.
 */
export function searchBlock(runtime: Runtime, task: SearchTask, cells: number): Block {
  let seed = 0
  return async () => {
    const searches = await Promise.all(Array.from({ length: cells }, () => searchRate(runtime, task, ++seed)))
    const sum = (rateOf: (sample: Rates) => number) => searches.reduce((all, one) => all + rateOf(one), 0)
    const parts = ['early', 'middle', 'late'] as const
    return {
      value: sum(({ value }) => value),
      also: Object.fromEntries(parts.map((part) => [part, sum(({ also }) => also[part])])),
      units: cells * task.budget,
    }
  }
}

/** Masks per second over all of a search, over its first quarter, the two in the middle, and its last. */
interface Rates {
  readonly value: number
  readonly also: Readonly<Record<'early' | 'middle' | 'late', number>>
}

async function searchRate(runtime: Runtime, task: SearchTask, seed: number): Promise<Rates> {
  const { search, name, budget } = task
  const unit = unitOf(
    'search',
    {
      settings: { ...task.settings, stream: String(seed), options: { ...search.options, budget } },
      inputs: { weights: digest('weights') },
      plugins: { search: { name, digest: digest(name) } },
      data: null,
      engine: null,
      seed,
    },
    { label: 'search', weight: 1 },
  )
  const clock = [{ done: 0, at: performance.now() }]
  const { facts } = await runners.search(unit, {
    runtime: () => Promise.resolve(runtime),
    dataset: () => Promise.resolve(task.dataset),
    model: () => Promise.resolve(task.model),
    search: () => Promise.resolve(search),
    criterion: () => Promise.reject(new Error('a search has no criterion')),
    input: () => Promise.resolve({ facts: {}, tensors: task.tensors }),
    resumed: () => Promise.resolve(undefined),
    checkpoint: () => Promise.resolve(undefined),
    saveCheckpoint: () => Promise.resolve(),
    progress: ({ done }) => clock.push({ done, at: performance.now() }),
  } satisfies UnitContext)
  const seconds = (performance.now() - (clock[0]?.at ?? 0)) / 1000
  if (facts.evaluated !== budget)
    throw new Error(`the search evaluated ${JSON.stringify(facts.evaluated)} masks, not ${budget}`)
  return {
    value: budget / seconds,
    also: {
      early: rateBetween(clock, 0, budget / 4),
      middle: rateBetween(clock, budget / 4, (3 * budget) / 4),
      late: rateBetween(clock, (3 * budget) / 4, budget),
    },
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
