import * as tf from '@tensorflow/tfjs-core'
import { sizeOf } from '../values/host-tensor.ts'

/** Lists of entries along one axis, in a traced function. */
export interface GatheredAxis {
  /** int32: the entries to take, in this order. */
  readonly kept: tf.Tensor
  /** int32: what each of them is multiplied by; null for nothing. */
  readonly live: tf.Tensor | null
}

/** The entries of a tensor whose index along each axis is in a list; null takes all. */
export function gathered(tensor: tf.Tensor, axes: readonly (GatheredAxis | null)[]): tf.Tensor {
  const { shape } = tensor
  const along = (vector: tf.Tensor, axis: number): tf.Tensor =>
    tf.reshape(
      vector,
      shape.map((_, a) => (a === axis ? vector.size : 1)),
    )
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)))
  // One gather with the entries' places in the flat tensor: engines take long for one after the other along each axis.
  const places = shape.map((length, axis) => {
    const stride = strides[axis] ?? 1
    const list = axes[axis]
    if (list) return along(stride === 1 ? list.kept : tf.mul(list.kept, tf.scalar(stride, 'int32')), axis)
    return along(
      tf.tensor1d(
        Int32Array.from({ length }, (_, i) => i * stride),
        'int32',
      ),
      axis,
    )
  })
  const place = places.reduce((sum, next) => tf.add(sum, next))
  const factors = axes.flatMap((list, axis) =>
    list?.live ? [along(tf.cast(list.live, 'float32'), axis)] : [],
  )
  return factors.reduce(
    (product, factor) => tf.mul(product, factor),
    tf.gather(tf.reshape(tensor, [tensor.size]), place),
  )
}
