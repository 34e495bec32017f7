import { selectMask } from '../pruning/index.ts'
import type { MaskFacts, UnitFacts } from '../plan/index.ts'
import { uint8 } from '../values/host-tensor.ts'
import { asJson } from './inputs.ts'
import type { RunUnit } from './types.ts'

/** Keeps the weights of the highest scores: one top-k for all criteria. */
export const runMask: RunUnit<'mask'> = async (unit, context) => {
  const { sparsity, scope } = unit.document.settings
  const { tensors: scores, facts: scored } = await context.input('scores')
  const order = (scored as unknown as UnitFacts['scores']).layers
  const layers = order.map((name) => ({ name, values: scores[name]?.data as Float32Array }))
  const { masks, ...facts } = selectMask(layers, sparsity, scope)
  return {
    facts: asJson(facts satisfies MaskFacts),
    tensors: Object.fromEntries(
      masks.map(({ name, mask }) => [name, uint8(scores[name]?.shape ?? [mask.length], mask)]),
    ),
  }
}
