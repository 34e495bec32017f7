import { batchGradients, networkTensors } from '../training/index.ts'
import type { RunUnit } from './types.ts'

/** The gradient that criteria such as SNIP read; the same for every sparsity. */
export const runSignals: RunUnit<'signals'> = async (unit, context) => {
  const { settings, seed } = unit.document
  const dataset = await context.dataset()
  const { loss, gradients } = await batchGradients(await context.runtime(), await context.model(), dataset, {
    params: networkTensors((await context.input('weights')).tensors),
    seed: seed ?? 0,
    batchSize: settings.batchSize,
    examples: dataset.train.count - settings.validation,
    ...(settings.loss === undefined ? {} : { loss: settings.loss }),
  })
  return { facts: { loss }, tensors: gradients }
}
