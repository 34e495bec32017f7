import * as tf from '@tensorflow/tfjs-core'
import type { Model } from '../plugin/index.ts'
import { float32, sizeOf, type NamedTensors } from '../values/host-tensor.ts'
import type { Precision } from '../values/precision.ts'
import { tensorOf, type MaskForm } from './mask-form.ts'
import { maskableNames } from './network.ts'
import { toldApart } from './network-tensors.ts'

/** How many bits make a whole number that a precision has exactly; a multiple of four. */
const BITS: Readonly<Record<Precision, number>> = { float32: 24, float16: 8 }

/** Masks over single weights as bits, the network's weights multiplied by them. */
export function bitMasks(model: Model, weights: NamedTensors, precision: Precision): MaskForm {
  const bits = BITS[precision]
  const masked = maskableNames(model).map((name) => ({ name, shape: weights[name]?.shape ?? [] }))
  return {
    name: 'bits',
    constants: weights,
    given: (mask) => {
      const lists = packed(mask, bits)
      return { lists, lengths: lists.shape }
    },
    network: (constants, [words]) => {
      const flat = unpacked(words as tf.Tensor1D, bits)
      let at = 0
      const under = masked.map(({ name, shape }) => {
        const size = sizeOf(shape)
        const mask = tf.reshape(tf.slice(flat, [at], [size]), [...shape])
        at += size
        return [name, tf.mul(tensorOf(constants, name), mask)] as const
      })
      return toldApart(model, { ...constants, ...Object.fromEntries(under) })
    },
  }
}

/** Bytes of 0 and 1 as whole numbers, the first in the lowest bit. */
function packed(mask: Uint8Array, bits: number): NamedTensors[string] {
  const words = new Float32Array(Math.ceil(mask.length / bits))
  // Four bytes at a time, half of the time: this product has their lowest bits side by side in its highest four.
  const fours = new Uint32Array(Math.ceil(mask.length / 4))
  new Uint8Array(fours.buffer).set(mask)
  for (let w = 0, f = 0; w < words.length; w++) {
    let word = 0
    for (let b = 0; b < bits && f < fours.length; b += 4)
      word |= (Math.imul(fours[f++] as number, 0x10204080) >>> 28) << b
    words[w] = word
  }
  return float32([words.length], words)
}

/** The bits as float32, one after the other. */
function unpacked(words: tf.Tensor, bits: number): tf.Tensor1D {
  const column = tf.reshape(words, [words.size, 1])
  const halvings = (from: number) => tf.tensor1d(Array.from({ length: bits }, (_, b) => 2 ** -(from + b)))
  const [upTo, above] = [0, 1].map((from) => tf.floor(tf.mul(column, halvings(from)))) as [
    tf.Tensor,
    tf.Tensor,
  ]
  return tf.reshape(tf.sub(upTo, tf.mul(above, 2)), [words.size * bits])
}
