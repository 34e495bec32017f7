import { spreadOfSingularValues } from '../analyses/index.ts'
import type { UnitFacts } from '../plan/index.ts'
import { firstImages, jacobians } from '../training/index.ts'
import { asJson, maskFacts, underMask } from './inputs.ts'
import type { RunUnit } from './types.ts'

/** Singular values of the Jacobian of the pruned network at its initial weights; of the full one where there is no mask. */
export const runJacobian: RunUnit<'jacobian'> = async (unit, context) => {
  const { inputs, settings } = unit.document
  const mask = inputs.mask === undefined ? null : await context.input('mask')
  const collapsed = mask !== null && maskFacts(mask).collapsed
  if (collapsed) {
    const nothing: UnitFacts['jacobian'] = { collapsed, singularValues: null }
    return { facts: asJson(nothing), tensors: {} }
  }
  const [runtime, model, dataset] = [await context.runtime(), await context.model(), await context.dataset()]
  const { tensors } = await context.input('initial')
  const network = underMask(model, tensors, mask, settings.granularity)
  const images = firstImages(dataset.train, settings.images)
  const spread = spreadOfSingularValues(await jacobians(runtime, model, dataset, network, images))
  const facts: UnitFacts['jacobian'] = { collapsed, singularValues: { ...spread, images: images.count } }
  return { facts: asJson(facts), tensors: {} }
}
