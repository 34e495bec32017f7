import { denseCost, masked, orthogonality } from '../analyses/index.ts'
import type { UnitFacts } from '../plan/index.ts'
import { sizeOf } from '../values/host-tensor.ts'
import { Problem } from '../values/problem.ts'
import { asJson } from './inputs.ts'
import type { RunUnit } from './types.ts'

/** Orthogonality and cost of the masked network at its initial weights; of the full one where there is no mask. */
export const runAnalyse: RunUnit<'analyse'> = async (unit, context) => {
  const model = await context.model()
  const weights = (await context.input('initial')).tensors
  const masks = unit.document.inputs.mask === undefined ? null : (await context.input('mask')).tensors
  const parameters = model.parameters.map(({ name, shape, maskable }) => ({
    name,
    shape,
    size: sizeOf(shape),
    multiplied: shape.length === 2,
    mask: maskable
      ? ((masks?.[name]?.data as Uint8Array | undefined) ?? new Uint8Array(sizeOf(shape)).fill(1))
      : null,
  }))
  const layers = parameters.flatMap(({ name, shape, mask }) => {
    if (mask === null) return []
    const [out, inputs] = shape
    if (out === undefined || inputs === undefined || shape.length !== 2) {
      throw new Problem(
        'cell',
        `${name} has shape [${shape.join(', ')}]: orthogonality is defined for fully connected layers`,
        {
          hint: 'a maskable parameter has shape [out, in]',
        },
      )
    }
    const values = weights[name]?.data as Float32Array
    return [masked({ name, shape: [out, inputs], values }, mask)]
  })
  const facts: UnitFacts['analyse'] = { orthogonality: orthogonality(layers), ...denseCost(parameters) }
  return { facts: asJson(facts), tensors: {} }
}
