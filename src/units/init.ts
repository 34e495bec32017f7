import { float32, sizeOf } from '../values/host-tensor.ts'
import { Problem } from '../values/problem.ts'
import { stream } from '../values/random.ts'
import type { RunUnit } from './types.ts'

/**
 * Draws each parameter from a stream of its own, so that adding one does not change the others; buffers begin as the
 * model says. Fresh weights come from streams that nothing else of the seed uses.
 */
export const runInit: RunUnit<'init'> = async (unit, context) => {
  const model = await context.model()
  const { settings, seed } = unit.document
  const streams = settings.draw === undefined ? 'init' : `init/${settings.draw}`
  const parameters = model.parameters.map(({ name, shape, init }) =>
    initialised(name, shape, init(shape, stream(seed ?? 0, `${streams}/${name}`))),
  )
  const buffers = model.buffers.map(({ name, shape, init }) => initialised(name, shape, init(shape)))
  return {
    facts: { parameters: model.parameters.reduce((n, p) => n + sizeOf(p.shape), 0) },
    tensors: Object.fromEntries([...parameters, ...buffers]),
  }
}

function initialised(name: string, shape: readonly number[], values: Float32Array) {
  if (values.length !== sizeOf(shape)) {
    throw new Problem(
      'usage',
      `the initialiser of ${name} gave ${values.length} values, not ${sizeOf(shape)}`,
      { hint: `its shape is [${shape.join(', ')}]: return one number for each entry` },
    )
  }
  return [name, float32(shape, values)] as const
}
