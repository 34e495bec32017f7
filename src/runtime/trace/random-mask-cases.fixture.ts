import * as tf from '@tensorflow/tfjs-core'
import { float32, int32 } from '../../values/host-tensor.ts'
import { RANDOM_MASK, type RandomMaskAttributes } from '../../values/random-mask.ts'
import { get, given, type Case, type Tensors } from './case.fixture.ts'

/** The dropout kernel, as a layer calls it. */
export function maskOf(key: tf.Tensor, channels: tf.Tensor, attrs: RandomMaskAttributes): tf.Tensor {
  return tf.engine().runKernel(RANDOM_MASK, { key, channels }, { ...attrs })
}

const channels = float32([5], [0, 1, 2, 7, 1000])
const drawn = (key: number, attrs: RandomMaskAttributes): Case => {
  const values = { key: int32([], [key]), channels }
  const fn = (inputs: Tensors) => maskOf(get(inputs, 'key'), get(inputs, 'channels'), attrs)
  return given(values, fn)
}

/** Calls of the kernel that dropout is made of. */
export const randomMaskCases: Readonly<Record<string, readonly Case[]>> = {
  [RANDOM_MASK]: [
    drawn(1, { rows: 7, salt: 0, rate: 0.5 }),
    drawn(-123_456_789, { rows: 64, salt: 3, rate: 0.3 }),
    drawn(2 ** 31 - 1, { rows: 64, salt: -1, rate: 0 }),
  ],
}
