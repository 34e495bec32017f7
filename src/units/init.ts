import { initialTensors } from '../plugin/index.ts'
import { sizeOf } from '../values/host-tensor.ts'
import type { RunUnit } from './types.ts'

/** Draws the initial weights; fresh ones come from streams that nothing else of the seed uses. */
export const runInit: RunUnit<'init'> = async (unit, context) => {
  const model = await context.model()
  const { settings, seed } = unit.document
  const streams = settings.draw === undefined ? 'init' : `init/${settings.draw}`
  return {
    facts: { parameters: model.parameters.reduce((n, p) => n + sizeOf(p.shape), 0) },
    tensors: initialTensors(model, seed ?? 0, streams),
  }
}
