import { float32, sizeOf, type NamedTensors } from '../values/host-tensor.ts'
import { Problem } from '../values/problem.ts'
import { stream } from '../values/random.ts'
import type { Model } from './model.ts'

/**
 * The network tensors that a network begins with. Each parameter is drawn from a stream of its own below `streams`, so
 * that adding one does not change the others; buffers begin as the model says.
 */
export function initialTensors(model: Model, seed: number, streams: string): NamedTensors {
  const parameters = model.parameters.map(({ name, shape, init }) =>
    initialised(name, shape, init(shape, stream(seed, `${streams}/${name}`))),
  )
  const buffers = model.buffers.map(({ name, shape, init }) => initialised(name, shape, init(shape)))
  return Object.fromEntries([...parameters, ...buffers])
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
