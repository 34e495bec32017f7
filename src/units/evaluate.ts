import type { UnitFacts } from '../plan/index.ts'
import { countCorrect, networkTensors } from '../training/index.ts'
import type { Artifact } from '../values/artifact.ts'
import { asJson, maskFacts, underMask } from './inputs.ts'
import type { RunUnit } from './types.ts'

/** Test accuracy of the pruned network before any training of it: at its weights after k, and rewound. */
export const runEvaluate: RunUnit<'evaluate'> = async (unit, context) => {
  const { inputs, settings } = unit.document
  const mask = inputs.mask === undefined ? null : await context.input('mask')
  const collapsed = mask === null ? [] : maskFacts(mask).collapsed
  if (collapsed.length > 0) {
    return {
      facts: asJson({ collapsed, atK: null, rewind: null } satisfies UnitFacts['evaluate']),
      tensors: {},
    }
  }
  const [runtime, model, dataset] = [await context.runtime(), await context.model(), await context.dataset()]
  const accuracy = ({ tensors }: Artifact) => {
    const network = underMask(model, networkTensors(tensors), mask, settings.granularity)
    return countCorrect(runtime, model, dataset, network, dataset.test)
  }
  const rewind = await accuracy(await context.input('initial'))
  const atK = inputs.weights === inputs.initial ? rewind : await accuracy(await context.input('weights'))
  return { facts: asJson({ collapsed, atK, rewind } satisfies UnitFacts['evaluate']), tensors: {} }
}
