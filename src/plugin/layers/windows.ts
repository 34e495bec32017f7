import * as tf from '@tensorflow/tfjs-core'
import { Problem } from '../../values/problem.ts'
import type { Features } from '../wiring.ts'

/**
 * What surrounds an image: nothing (`valid`), as many zeros as ⌈size / stride⌉ windows need, the odd one below and to
 * the right (`same`), or so many pixels of zeros on every side.
 */
export type Padding = 'valid' | 'same' | number

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
