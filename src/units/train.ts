import { train } from '../training/index.ts'
import type { TrainFacts, UnitFacts } from '../plan/index.ts'
import { asJson, maskFactors, maskFacts } from './inputs.ts'
import type { RunUnit } from './types.ts'

/** Trains the network from the given weights: the unpruned one, one whose filters are deleted, or under a mask of weights. */
export const runTrain: RunUnit<'train'> = async (unit, context) => {
  const { settings, seed, inputs } = unit.document
  const mask = inputs.mask === undefined ? null : await context.input('mask')
  const initial = await context.input('initial')
  // A pruned network that was never made says so in its facts; initial weights have none of these.
  const pruned = initial.facts as unknown as Partial<UnitFacts['prune']>
  const collapsed = mask === null ? (pruned.collapsed ?? []) : maskFacts(mask).collapsed
  if (collapsed.length > 0) {
    const facts: TrainFacts = {
      collapsed,
      epochs: [],
      firstLosses: [],
      last: null,
      validationSelected: null,
      bestOnTest: null,
    }
    return { facts: asJson(facts), tensors: {} }
  }
  const { params, firstLosses, ...curves } = await train(
    {
      runtime: await context.runtime(),
      model: await context.model(),
      dataset: await context.dataset(),
      settings: settings.training,
      seed: seed ?? 0,
      params: initial.tensors,
      ...(mask === null ? {} : { masks: maskFactors(mask) }),
    },
    ({ step, steps, note }) => context.progress({ done: step, total: steps, note }),
  )
  const facts: TrainFacts = { collapsed, ...curves, firstLosses: firstLosses.map(sevenDigits) }
  return { facts: asJson(facts), tensors: params }
}

/** What a float32 is sure of: half the length of the double nearest to it. */
function sevenDigits(x: number): number {
  return Number(x.toPrecision(7))
}
