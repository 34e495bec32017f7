import { train, type TrainingState } from '../training/index.ts'
import type { TrainFacts, UnitFacts } from '../plan/index.ts'
import { asJson, maskFactors, maskFacts } from './inputs.ts'
import { savedWork } from './saved-work.ts'
import type { RunUnit } from './types.ts'

/** A network and its momentum are megabytes, and on a GPU a hundred of them are trained at once. */
const SAVED_EVERY_MS = 60_000

/** Trains the network from the given weights: the unpruned one, one whose filters are deleted, or under a mask of weights. */
export const runTrain: RunUnit<'train'> = async (unit, context) => {
  const { settings, seed, inputs } = unit.document
  const mask = inputs.mask === undefined ? null : await context.input('mask')
  const initial = await context.input('initial')
  // A pruned network that was never made says so in its facts; initial weights have none of these.
  const pruned = initial.facts as unknown as Partial<UnitFacts['prune']>
  const collapsed = mask === null ? (pruned.collapsed ?? false) : maskFacts(mask).collapsed
  if (collapsed) {
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
  const task = {
    runtime: await context.runtime(),
    model: await context.model(),
    dataset: await context.dataset(),
    settings: settings.training,
    seed: seed ?? 0,
    params: initial.tensors,
    ...(mask === null ? {} : { masks: maskFactors(mask) }),
  }
  const { params, firstLosses, ...curves } = await savedWork(
    context,
    ({ saved, save }) =>
      train(task, ({ step, steps, note }) => context.progress({ done: step, total: steps, note }), {
        saved: readState(saved),
        save,
      }),
    SAVED_EVERY_MS,
  )
  const facts: TrainFacts = { collapsed, ...curves, firstLosses: firstLosses.map(sevenDigits) }
  return { facts: asJson(facts), tensors: params }
}

/** What an earlier version of the program saved in another form counts as nothing saved. */
function readState(saved: unknown): TrainingState | undefined {
  const state = saved as TrainingState | undefined
  return state?.format === 1 ? state : undefined
}

/** What a float32 is sure of: half the length of the double nearest to it. */
function sevenDigits(x: number): number {
  return Number(x.toPrecision(7))
}
