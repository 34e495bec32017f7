import type { UnitFacts } from '../plan/index.ts'
import { countCorrect, heldOut, networkTensors } from '../training/index.ts'
import type { Artifact } from '../values/artifact.ts'
import type { Examples } from '../values/dataset.ts'
import { asJson, maskFacts, underMask } from './inputs.ts'
import type { RunUnit } from './types.ts'

/** Test accuracy of the pruned network before any training of it: at its weights after k, and rewound. */
export const runEvaluate: RunUnit<'evaluate'> = async (unit, context) => {
  const { inputs, settings } = unit.document
  const mask = inputs.mask === undefined ? null : await context.input('mask')
  const collapsed = mask !== null && maskFacts(mask).collapsed
  const asked = settings.validation !== undefined
  if (collapsed) {
    const nothing = { collapsed, atK: null, rewind: null, ...(asked ? { validation: null } : {}) }
    return { facts: asJson(nothing satisfies UnitFacts['evaluate']), tensors: {} }
  }
  const [runtime, model, dataset] = [await context.runtime(), await context.model(), await context.dataset()]
  const accuracy = ({ tensors }: Artifact, examples: Examples) => {
    const network = underMask(model, networkTensors(tensors), mask, settings.granularity)
    return countCorrect(runtime, model, dataset, network, examples)
  }
  const rewind = await accuracy(await context.input('initial'), dataset.test)
  const weights = await context.input('weights')
  const atK = inputs.weights === inputs.initial ? rewind : await accuracy(weights, dataset.test)
  const held = heldOut(dataset.train, settings.validation ?? 0)
  const facts: UnitFacts['evaluate'] = {
    collapsed,
    atK,
    rewind,
    ...(held === null ? {} : { validation: await accuracy(weights, held) }),
  }
  return { facts: asJson(facts), tensors: {} }
}
