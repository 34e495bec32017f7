import { orthogonality } from '../analyses/index.ts'
import type { UnitFacts } from '../plan/index.ts'
import { repairOrthogonality } from '../training/index.ts'
import type { NamedTensors } from '../values/host-tensor.ts'
import { Problem } from '../values/problem.ts'
import { denseLayers } from './dense-layers.ts'
import { asJson, maskFactors, maskFacts, underMask } from './inputs.ts'
import type { RunUnit } from './types.ts'

/** Brings the masked weights closer to orthogonal: the network whose training then begins. */
export const runRepair: RunUnit<'repair'> = async (unit, context) => {
  const { iterations, learningRate } = unit.document.settings
  const mask = await context.input('mask')
  const { collapsed } = maskFacts(mask)
  if (collapsed) {
    return { facts: asJson({ collapsed, score: null } satisfies UnitFacts['repair']), tensors: {} }
  }
  const [runtime, model] = [await context.runtime(), await context.model()]
  const { tensors } = await context.input('initial')
  const before = underMask(model, tensors, mask)
  const masks = maskFactors(mask)
  const weights = Object.fromEntries(
    Object.keys(masks).map((name) => [name, before[name] as NamedTensors[string]]),
  )
  const task = { runtime, model, weights, masks, iterations, learningRate }
  const repaired = await repairOrthogonality(task, (done) => context.progress({ done, total: iterations }))
  const after = { ...before, ...repaired }
  const score = (network: NamedTensors) => {
    const layers = denseLayers(model, network)
    if (layers === null)
      throw new Problem('cell', 'the model has maskable parameters that are no fully connected layer’s', {
        hint: 'leave repair out of the suite: the orthogonality score is of fully connected layers',
      })
    return orthogonality(layers).thesis
  }
  const facts: UnitFacts['repair'] = { collapsed, score: { before: score(before), after: score(after) } }
  return { facts: asJson(facts), tensors: after }
}
