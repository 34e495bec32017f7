import * as tf from '@tensorflow/tfjs-core'
import { digest } from '../../values/digest.ts'
import { sizeOf } from '../../values/host-tensor.ts'
import { Problem } from '../../values/problem.ts'
import { RANDOM_MASK, type RandomMaskAttributes } from '../../values/random-mask.ts'
import { check, count, strict, text } from '../checking.ts'
import type { BufferSpec } from '../model.ts'
import { tensorOf, type Layer } from './layer.ts'

const schema = strict({ name: text, channels: count })

/**
 * Sets entries to zero with probability `rate` in training and multiplies the others by 1/(1 − rate) (Srivastava et
 * al. 2014); passes everything in inference. Each channel draws by a number that it keeps when others are deleted.
 */
export function dropout(name: string, channels: number, rate = 0.5): Layer {
  check(`layer ${name}`, schema, { name, channels })
  if (!(rate >= 0 && rate < 1))
    throw new Problem('usage', `the dropout rate of ${name} is ${rate}`, {
      hint: 'Give the share of entries that become zero, in [0, 1).',
    })
  const numbers: BufferSpec = {
    name: `${name}/channels`,
    shape: [channels],
    init: ([length = 0]) => Float32Array.from({ length }, (_, c) => c),
    fixed: true,
  }
  const salt = saltOf(name)
  const forward: Layer['forward'] = ({ buffers, x, training }) => {
    if (training === null) return x
    const own = tensorOf(buffers, numbers.name)
    const attributes: RandomMaskAttributes = { rows: sizeOf(x.shape.slice(0, -1)), salt, rate }
    const mask: tf.Tensor = tf
      .engine()
      .runKernel(RANDOM_MASK, { key: training, channels: own }, { ...attributes })
    return tf.mul(x, tf.reshape(mask, x.shape))
  }
  return {
    parameters: [],
    buffers: [numbers],
    forward,
    steps: { list: [{ kind: 'same' }], whole: forward },
    wire: (wiring, x) => {
      wiring.bind(numbers.name, 0, 'output', x.channels)
      return x
    },
  }
}

/** 31 bits that tell a layer's draws from another's. */
function saltOf(name: string): number {
  return Number.parseInt(digest(name).slice(0, 8), 16) & 0x7fffffff
}
