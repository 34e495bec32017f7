import type { UnitFacts } from '../plan/index.ts'
import { checkpointFrom, checkpointTensors, Trainer } from '../training/index.ts'
import { asJson } from './inputs.ts'
import type { RunUnit } from './types.ts'

/**
 * Trains the full network for k iterations, with the batches its whole training begins with. Goes on from an earlier
 * checkpoint where there is one: the result is the same to the last bit.
 */
export const runPretrain: RunUnit<'pretrain'> = async (unit, context) => {
  const { settings, seed } = unit.document
  const resumed = await context.resumed()
  const before = resumed && (resumed.facts as unknown as UnitFacts['pretrain'])
  const trainer = new Trainer({
    runtime: await context.runtime(),
    model: await context.model(),
    dataset: await context.dataset(),
    settings: settings.training,
    seed: seed ?? 0,
    params: (await context.input('initial')).tensors,
    ...(resumed && before ? { resume: checkpointFrom(resumed.tensors, before.iterations) } : {}),
  })
  const trainTo = (iterations: number) =>
    trainer.trainTo(iterations, (step) => context.progress({ done: step, total: settings.iterations }))
  // The loss of the last iteration: a mean over all would tell where the training went on from.
  await trainTo(settings.iterations - 1)
  const loss = await trainTo(settings.iterations)
  const facts: UnitFacts['pretrain'] = { iterations: settings.iterations, loss }
  return { facts: asJson(facts), tensors: checkpointTensors(trainer.checkpoint()) }
}
