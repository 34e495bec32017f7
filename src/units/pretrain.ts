import { Trainer } from '../training/index.ts'
import type { RunUnit } from './types.ts'

/** Trains the full network for k iterations, with the batches its whole training begins with. */
export const runPretrain: RunUnit<'pretrain'> = async (unit, context) => {
  const { settings, seed } = unit.document
  const trainer = new Trainer({
    runtime: await context.runtime(),
    model: await context.model(),
    dataset: await context.dataset(),
    settings: settings.training,
    seed: seed ?? 0,
    params: (await context.input('initial')).tensors,
  })
  const loss = await trainer.trainTo(settings.iterations, (step) =>
    context.progress({ done: step, total: settings.iterations }),
  )
  return { facts: { iterations: settings.iterations, loss }, tensors: trainer.params }
}
