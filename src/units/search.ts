import { describeMask, prunedCount } from '../pruning/index.ts'
import type { UnitFacts } from '../plan/index.ts'
import type { FlatMask, SearchResult } from '../plugin/index.ts'
import { countCorrect, firstImages, networkTensors } from '../training/index.ts'
import { uint8 } from '../values/host-tensor.ts'
import { Problem } from '../values/problem.ts'
import { stream } from '../values/random.ts'
import { asJson } from './inputs.ts'
import { programEvaluation } from './mask-evaluation.ts'
import { searchedMasks } from './searched-masks.ts'
import type { RunUnit } from './types.ts'

/** Lets a search look for a mask whose network, untrained from its weights after k, is accurate on the search set. */
export const runSearch: RunUnit<'search'> = async (unit, context) => {
  const { settings, seed, plugins } = unit.document
  const name = plugins.search?.name ?? 'search'
  const [runtime, model, dataset] = [await context.runtime(), await context.model(), await context.dataset()]
  const search = await context.search()
  const weights = networkTensors((await context.input('weights')).tensors)
  const images = firstImages(dataset.train, settings.searchSet)
  const network = searchedMasks[settings.granularity ?? 'weight'](model, weights)
  const { size } = network
  const kept = size - prunedCount(size, settings.sparsity)

  const evaluation = programEvaluation(runtime, model, dataset, network, images)

  let evaluated = 0
  const evaluateAll = async (masks: readonly FlatMask[], above: readonly number[]) => {
    for (const mask of masks) checkMask(name, mask, size, kept)
    const atLeast = masks.map((_, i) => leastAbove(above[i] ?? -Infinity, images.count))
    const counts = await evaluation.correct(masks, atLeast)
    evaluated += masks.length
    return counts.map((correct) => (correct === undefined ? -Infinity : (100 * correct) / images.count))
  }
  let last: Promise<readonly number[]> = Promise.resolve([])
  const found = await search.search({
    size,
    kept,
    layers: network.layers,
    magnitudes: network.magnitudes(),
    atOnce: evaluation.atOnce,
    options: settings.options,
    random: stream(seed ?? 0, `search/${name}`),
    progress: ({ done, total, accuracy }) =>
      context.progress({ done, total, note: `${done} masks, ${accuracy.toFixed(1)}%` }),
    evaluate: (masks, above = []) => {
      // One after the other, also where a search asks again before it has its answer: masked weights are one buffer.
      last = last.then(
        () => evaluateAll(masks, above),
        () => evaluateAll(masks, above),
      )
      return last
    },
    saved: undefined,
    save: () => undefined,
  })
  const { mask, trace } = found
  checkTrace(name, trace)
  checkMask(name, mask, size, kept)
  const accuracy = await countCorrect(runtime, model, dataset, network.under(mask), images)
  const masks = network.layersOf(mask)
  const facts: UnitFacts['search'] = {
    ...describeMask(masks, settings.sparsity),
    accuracy,
    evaluated: found.evaluated ?? evaluated,
    trace,
  }
  return {
    facts: asJson(facts),
    tensors: Object.fromEntries(masks.map((one) => [one.name, uint8(network.shapeOf(one), one.mask)])),
  }
}

/** The smallest number of right answers among `total` whose accuracy in % is above a number. */
function leastAbove(percent: number, total: number): number {
  if (percent < 0) return 0
  if (percent >= 100) return total + 1
  let least = Math.floor((percent * total) / 100)
  // Accuracies are compared as they are computed, rounding included.
  while ((100 * least) / total <= percent) least++
  return least
}

function checkMask(search: string, mask: FlatMask, size: number, kept: number): void {
  const isMask = mask instanceof Uint8Array
  let [ones, others] = [0, 0]
  // A loop, as this runs for every mask a search tries.
  for (let i = 0; isMask && i < mask.length; i++) {
    const bit = mask[i] as number
    ones += bit & 1
    others |= bit & ~1
  }
  if (isMask && ones === kept && others === 0 && mask.length === size) return
  const entries = `of ${mask.length} entries with ${ones} ones${others === 0 ? '' : ' and some that are neither 0 nor 1'}`
  throw new Problem(
    'cell',
    `the search ${search} gave a mask ${isMask ? entries : 'that is no Uint8Array'}`,
    {
      hint: `every mask must have ${size} entries (context.size), exactly ${kept} of them 1 (context.kept) and the others 0`,
    },
  )
}

function checkTrace(search: string, trace: unknown): asserts trace is SearchResult['trace'] {
  const columns = typeof trace === 'object' && trace !== null ? Object.values(trace) : undefined
  const lists = columns?.every((column) => Array.isArray(column) && column.every((n) => Number.isFinite(n)))
  const lengths = new Set(columns?.map((column) => (column as readonly number[]).length))
  if (lists === true && lengths.size <= 1) return
  throw new Problem(
    'cell',
    `the search ${search} gave no trace, or one that is not columns of numbers of one length`,
    {
      hint: 'return { mask, trace: {} } where there is nothing to plot',
    },
  )
}
