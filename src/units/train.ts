import { train } from '../training/index.ts'
import type { TrainFacts } from '../plan/index.ts'
import { asJson, maskFactors, maskFacts } from './inputs.ts'
import type { RunUnit } from './types.ts'

/** Trains the masked network from the given weights; the unpruned one where there is no mask. */
export const runTrain: RunUnit<'train'> = async (unit, context) => {
  const { settings, seed, inputs } = unit.document
  const mask = inputs.mask === undefined ? null : await context.input('mask')
  const collapsed = mask === null ? [] : maskFacts(mask).collapsed
  if (collapsed.length > 0) {
    const facts: TrainFacts = {
      collapsed,
      epochs: [],
      last: null,
      validationSelected: null,
      bestOnTest: null,
    }
    return { facts: asJson(facts), tensors: {} }
  }
  const { params, ...curves } = await train(
    {
      runtime: await context.runtime(),
      model: await context.model(),
      dataset: await context.dataset(),
      settings: settings.training,
      seed: seed ?? 0,
      params: (await context.input('initial')).tensors,
      ...(mask === null ? {} : { masks: maskFactors(mask) }),
    },
    ({ step, steps, note }) => context.progress({ done: step, total: steps, note }),
  )
  return { facts: asJson({ collapsed, ...curves } satisfies TrainFacts), tensors: params }
}
