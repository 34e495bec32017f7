import type { UnitFacts } from '../plan/index.ts'
import { asJson, maskFacts, underMask } from './inputs.ts'
import type { RunUnit } from './types.ts'

/** Deletes the filters that a mask prunes, and all that belongs to them: the network that is left, at the given weights. */
export const runPrune: RunUnit<'prune'> = async (_, context) => {
  const mask = await context.input('mask')
  const { collapsed } = maskFacts(mask)
  const facts: UnitFacts['prune'] = { collapsed }
  if (collapsed) return { facts: asJson(facts), tensors: {} }
  const { tensors } = await context.input('weights')
  return { facts: asJson(facts), tensors: underMask(await context.model(), tensors, mask, 'filter') }
}
