import { setImmediate } from 'node:timers/promises'
import { describeMask, prunedCount } from '../pruning/index.ts'
import type { UnitFacts } from '../plan/index.ts'
import type { FlatMask, Options, SearchContext } from '../plugin/index.ts'
import { countCorrect, firstImages, networkTensors } from '../training/index.ts'
import { uint8 } from '../values/host-tensor.ts'
import type { Precision } from '../values/precision.ts'
import { stream } from '../values/random.ts'
import { isCollapsed } from './effective.ts'
import { asJson } from './inputs.ts'
import { checkMask, checkTrace, type MaskRule } from './check-search.ts'
import { maskEvaluation } from './choose-mask-evaluation.ts'
import { precisionCheck, type PrecisionCheck, type PrecisionTally } from './precision-check.ts'
import { savedWork } from './saved-work.ts'
import { searchedMasks } from './searched-masks.ts'
import type { RunUnit } from './types.ts'

/** What is saved of a search, to go on from. */
interface Saved {
  readonly evaluated: number
  readonly state: unknown
  readonly tally?: PrecisionTally
}

/** Longest time in which nothing but the search happens. */
const BREATH_MS = 20

/** Lets a search look for a mask whose network, untrained from its weights after k, is accurate on the search set. */
export const runSearch: RunUnit<'search'> = async (unit, context) => {
  const { settings, plugins } = unit.document
  const name = plugins.search?.name ?? 'search'
  const [runtime, model, dataset] = [await context.runtime(), await context.model(), await context.dataset()]
  const search = await context.search()
  const weights = networkTensors((await context.input('weights')).tensors)
  const images = firstImages(dataset.train, settings.searchSet)
  const network = searchedMasks[settings.granularity ?? 'weight'](model, weights)
  const { size } = network
  const kept = size - prunedCount(size, settings.sparsity)

  const precision: Precision = settings.precision ?? 'float32'
  const sources = { runtime, model, dataset, weights, network, kept, images, precision }
  const evaluation = await maskEvaluation(sources)
  const rule: MaskRule = { search: name, size, kept, ones: (mask) => evaluation.ones(mask) }

  const breathe = breathing()
  let evaluated = 0
  const evaluateAll = async (masks: readonly FlatMask[], above: readonly number[]) => {
    for (const mask of masks) checkMask(rule, mask)
    const atLeast = masks.map((_, i) => leastAbove(above[i] ?? -Infinity, images.count))
    const counts = await evaluation.correct(masks, atLeast)
    evaluated += masks.length
    await breathe()
    return counts.map((correct) => (correct === undefined ? -Infinity : (100 * correct) / images.count))
  }
  let busy: Promise<readonly number[]> | undefined
  // One after the other, also where a search asks again before it has its answer: masked weights are one buffer. At once
  // where nothing is being evaluated: what a search does until it awaits the answer then happens beside it.
  const inTurn = (masks: readonly FlatMask[], above: readonly number[]) => {
    const begin = () => evaluateAll(masks, above)
    const answer = busy === undefined ? begin() : busy.then(begin, begin)
    const done = () => {
      if (busy === answer) busy = undefined
    }
    answer.then(done, done)
    busy = answer
    return answer
  }
  let check: PrecisionCheck | undefined
  const found = await savedWork(context, ({ saved, save }) => {
    const before = saved as Saved | undefined
    evaluated = before?.evaluated ?? 0
    if (precision !== 'float32' && evaluation.answers)
      check = precisionCheck(evaluation.answers, precision, images.labels, before?.tally)
    return search.search({
      size,
      kept,
      layers: network.layers,
      // Few searches read them.
      get magnitudes() {
        return network.magnitudes()
      },
      atOnce: evaluation.atOnce,
      options: settings.options,
      random: stream(settings.stream, `search/${name}`),
      progress: ({ done, total, accuracy }) =>
        context.progress({
          done,
          total,
          ...(done > 0 ? { note: `${done} masks, ${accuracy.toFixed(1)}%` } : {}),
        }),
      evaluate: (masks, above = []) => inTurn(masks, above),
      ...deciding(check, images.count),
      saved: before?.state,
      save: (state) =>
        save((): Saved => ({ evaluated, state: state(), ...(check && { tally: check.tally }) })),
    })
  }).finally(() => evaluation.close())
  const { mask, trace } = found
  checkTrace(name, trace)
  checkMask(rule, mask)
  const accuracy = await countCorrect(runtime, model, dataset, network.under(mask), images)
  const masks = network.layersOf(mask)
  const tensors = Object.fromEntries(masks.map((one) => [one.name, uint8(network.shapeOf(one), one.mask)]))
  const description = describeMask(masks, settings.sparsity)
  const facts: UnitFacts['search'] = {
    ...description,
    collapsed: isCollapsed(model, tensors, description, settings.granularity),
    accuracy,
    evaluated: found.evaluated ?? evaluated,
    trace,
    ...(check && { reducedPrecision: check.facts }),
  }
  return { facts: asJson(facts), tensors }
}

/** Tells a check of what a search decides, in right answers. */
function deciding(
  check: PrecisionCheck | undefined,
  images: number,
): Pick<SearchContext<Options>, 'decided'> {
  return check ? { decided: (mask, above) => check.decided(mask, leastAbove(above, images)) } : {}
}

/** Lets everything else of this process happen now and then: evaluations may take turns without end. */
function breathing(): () => Promise<void> {
  let last = performance.now()
  return async () => {
    if (performance.now() - last < BREATH_MS) return
    await setImmediate()
    last = performance.now()
  }
}

/** The smallest number of right answers among `total` whose accuracy in % is above a number. */
function leastAbove(percent: number, total: number): number {
  // Also where it is no number: then every accuracy matters.
  if (!(percent >= 0)) return 0
  if (percent >= 100) return total + 1
  let least = Math.floor((percent * total) / 100)
  // Accuracies are compared as they are computed, rounding included.
  while ((100 * least) / total <= percent) least++
  return least
}
