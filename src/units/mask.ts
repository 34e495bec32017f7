import { selectMask } from '../pruning/index.ts'
import type { UnitFacts } from '../plan/index.ts'
import { uint8 } from '../values/host-tensor.ts'
import { isCollapsed } from './effective.ts'
import { asJson } from './inputs.ts'
import type { RunUnit } from './types.ts'

/** Keeps the weights or filters of the highest scores: one top-k for all criteria. */
export const runMask: RunUnit<'mask'> = async (unit, context) => {
  const { sparsity, scope, granularity } = unit.document.settings
  const model = await context.model()
  const { tensors: scores, facts: scored } = await context.input('scores')
  const order = (scored as unknown as UnitFacts['scores']).layers
  const layers = order.map((name) => ({ name, values: scores[name]?.data as Float32Array }))
  const { masks, ...description } = selectMask(layers, sparsity, scope)
  const tensors = Object.fromEntries(
    masks.map(({ name, mask }) => [name, uint8(scores[name]?.shape ?? [mask.length], mask)]),
  )
  const collapsed = isCollapsed(model, tensors, description, granularity)
  return { facts: asJson({ ...description, collapsed } satisfies UnitFacts['mask']), tensors }
}
