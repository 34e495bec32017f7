import { float32, sizeOf } from '../values/host-tensor.ts'
import { Problem } from '../values/problem.ts'
import { stream } from '../values/random.ts'
import type { RunUnit } from './types.ts'

/** Draws each parameter from a stream of its own, so that adding one does not change the others. */
export const runInit: RunUnit<'init'> = async (unit, context) => {
  const model = await context.model()
  const seed = unit.document.seed ?? 0
  const tensors = Object.fromEntries(
    model.parameters.map(({ name, shape, init }) => {
      const values = init(shape, stream(seed, `init/${name}`))
      if (values.length !== sizeOf(shape)) {
        throw new Problem(
          'usage',
          `the initialiser of ${name} gave ${values.length} values, not ${sizeOf(shape)}`,
          {
            hint: `its shape is [${shape.join(', ')}]: return one number for each entry`,
          },
        )
      }
      return [name, float32(shape, values)]
    }),
  )
  return { facts: { parameters: model.parameters.reduce((n, p) => n + sizeOf(p.shape), 0) }, tensors }
}
