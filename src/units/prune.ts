import type { UnitFacts } from '../plan/index.ts'
import { structureOf } from '../plugin/index.ts'
import { deleteFilters } from '../pruning/index.ts'
import { asJson, flatFilterMask, maskFacts } from './inputs.ts'
import type { RunUnit } from './types.ts'

/** Deletes the filters that a mask prunes, and all that belongs to them: the network that is left, at the given weights. */
export const runPrune: RunUnit<'prune'> = async (_, context) => {
  const structure = structureOf(await context.model())
  const mask = await context.input('mask')
  const { collapsed } = maskFacts(mask)
  const facts: UnitFacts['prune'] = { collapsed }
  if (collapsed.length > 0) return { facts: asJson(facts), tensors: {} }
  const { tensors } = await context.input('weights')
  return { facts: asJson(facts), tensors: deleteFilters(tensors, structure, flatFilterMask(structure, mask)) }
}
