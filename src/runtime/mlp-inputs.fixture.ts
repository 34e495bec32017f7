import { float32, int32, sizeOf, type HostTensor, type TensorSpec } from '../values/host-tensor.ts'
import { stream } from '../values/random.ts'
import { trainingSignature } from './mlp.fixture.ts'
import { randomTree } from './parity.fixture.ts'

/** A class of ten for each of so many images. */
export const labelsOf = (n: number): HostTensor => {
  const draws = stream('labels', 'test')
  return int32(
    [n],
    Int32Array.from({ length: n }, () => draws.integer(10)),
  )
}

/** Weights as a network starts with, so that the ReLU inputs have their usual size. */
export function initial(
  specs: Readonly<Record<string, TensorSpec>>,
  seed: string,
): Record<string, HostTensor> {
  return Object.fromEntries(
    Object.entries(specs).map(([name, { shape }]) => {
      const draws = stream(`${seed}/${name}`, 'init')
      const bound = 1 / Math.sqrt(shape[1] ?? 100)
      return [
        name,
        float32(
          shape,
          Float32Array.from({ length: sizeOf(shape) }, () => (2 * draws.uniform() - 1) * bound),
        ),
      ]
    }),
  )
}

/** Masks that keep a share of the weights. */
export function coins(
  specs: Readonly<Record<string, TensorSpec>>,
  share: number,
): Record<string, HostTensor> {
  const draws = stream('coins', 'test')
  return Object.fromEntries(
    Object.entries(specs).map(([name, { shape }]) => [
      name,
      float32(
        shape,
        Float32Array.from({ length: sizeOf(shape) }, () => (draws.uniform() < share ? 1 : 0)),
      ),
    ]),
  )
}

const SMALL_NET = [784, 100, 10]
const IMAGES = 200

/** Inputs for some steps of training on a data set that is the same for all. */
export function trainingInputs(batch: number, steps: number) {
  const signature = trainingSignature(SMALL_NET, IMAGES, batch)
  const draws = stream('batches', 'test')
  const zeros = Object.fromEntries(
    Object.entries(signature.carry.params).map(([k, { shape }]) => [
      k,
      float32(shape, new Float32Array(sizeOf(shape))),
    ]),
  )
  const { images } = randomTree({ images: signature.constants.images })
  const labels = { dtype: 'uint8', shape: [IMAGES], data: Uint8Array.from(labelsOf(IMAGES).data) } as const
  return {
    signature,
    given: {
      constants: { images, labels, masks: coins(signature.constants.masks, 0.3) },
      carry: {
        params: initial(signature.carry.params, 'start'),
        squaredGradients: zeros,
        squaredUpdates: zeros,
      },
      each: {
        batch: int32(
          [steps, batch],
          Int32Array.from({ length: steps * batch }, () => draws.integer(IMAGES)),
        ),
        rate: float32(
          [steps],
          Float32Array.from({ length: steps }, (_, i) => 1 / (i + 1)),
        ),
      },
    },
  }
}
