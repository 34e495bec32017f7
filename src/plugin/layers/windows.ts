import * as tf from '@tensorflow/tfjs-core'
import * as v from 'valibot'
import { Problem } from '../../values/problem.ts'
import { natural } from '../checking.ts'
import type { Features } from '../wiring.ts'

/**
 * What surrounds an image: nothing (`valid`), as many zeros as ⌈size / stride⌉ windows need, the odd one below and to
 * the right (`same`), or so many pixels of zeros on every side.
 */
export type Padding = 'valid' | 'same' | number

/** What is checked of it. */
export const padding = v.union(
  [v.literal('valid'), v.literal('same'), natural],
  "must be 'valid', 'same' or a whole number of pixels",
)

/** How many windows of a square size fit into features: the height and width of what a layer makes of them. */
export function windowed(
  layer: string,
  { height, width }: Pick<Features, 'height' | 'width'>,
  size: number,
  stride: number,
  padding: Padding,
): Pick<Features, 'height' | 'width'> {
  // TensorFlow.js' own arithmetic, so that what is counted is what runs.
  const info = tf.backend_util.computeConv2DInfo(
    [1, height, width, 1],
    [size, size, 1, 1],
    stride,
    1,
    padding,
  )
  if (info.outHeight < 1 || info.outWidth < 1)
    throw new Problem(
      'usage',
      `no window of ${size} × ${size} of ${layer} fits into features of ${height} × ${width} pixels`,
      { hint: "Give it padding: 'same', or leave out a stride or a pooling before it." },
    )
  return { height: info.outHeight, width: info.outWidth }
}

/**
 * The pixels that each filter of a convolution looks at, zero beyond the edges: images [batch, height, width, channels] →
 * [rows, columns, batch, size · size · channels], so that it is one matrix product with its filters.
 */
export function pixelsUnder(x: tf.Tensor4D, size: number, stride: number, padding: Padding): tf.Tensor4D {
  const [batch, , , channels] = x.shape
  const info = tf.backend_util.computeConv2DInfo(x.shape, [size, size, channels, 1], stride, 1, padding)
  const { top, bottom, left, right } = info.padInfo
  const padded = tf.pad(x, [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ])
  const [down, across] = [(info.outHeight - 1) * stride + 1, (info.outWidth - 1) * stride + 1]
  const places = Array.from({ length: size * size }, (_, i) => [Math.floor(i / size), i % size] as const)
  const each = places.map(([row, column]) =>
    tf.stridedSlice(
      padded,
      [0, row, column, 0],
      [batch, row + down, column + across, channels],
      [1, stride, stride, 1],
    ),
  )
  // The batch third is how what follows a convolution is computed fastest.
  return tf.transpose(tf.concat(each, 3) as tf.Tensor4D, [1, 2, 0, 3])
}
