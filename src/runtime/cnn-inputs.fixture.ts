import { float32, int32, type HostTensor, type TensorSpec } from '../values/host-tensor.ts'
import { stream } from '../values/random.ts'
import { cnnParams, cnnStatistics } from './cnn.fixture.ts'
import { f32, randomTree } from './parity.fixture.ts'

export const CNN_BATCH = 3
const STEPS = 3

/** Parameters of the size that networks have, and images. */
export function smallTree(
  specs: Readonly<Record<string, TensorSpec>>,
  seed: string,
): Record<string, HostTensor> {
  return Object.fromEntries(
    Object.entries(randomTree(specs, seed)).map(([name, t]) => [
      name,
      float32(
        t.shape,
        Float32Array.from(t.data, (v) => 0.3 * v + (name === 'norm.scale' || name === 'variance' ? 1 : 0)),
      ),
    ]),
  )
}

/** Inputs for some steps of training the CNN. */
export function cnnInputs() {
  const draws = stream('labels', 'test')
  const zeros = (specs: Readonly<Record<string, TensorSpec>>): Record<string, HostTensor> =>
    Object.fromEntries(
      Object.entries(randomTree(specs)).map(([k, t]) => [
        k,
        float32(t.shape, new Float32Array(t.data.length)),
      ]),
    )
  return {
    constants: {},
    carry: {
      params: smallTree(cnnParams, 'params'),
      velocity: zeros(cnnParams),
      statistics: smallTree(cnnStatistics, 'statistics'),
    },
    each: {
      x: randomTree({ x: f32(STEPS, CNN_BATCH, 8, 8, 2) }, 'images').x,
      labels: int32(
        [STEPS, CNN_BATCH],
        Int32Array.from({ length: STEPS * CNN_BATCH }, () => draws.integer(4)),
      ),
      rate: float32([STEPS], Float32Array.of(0.05, 0.03, 0.02)),
    },
  }
}
