import * as tf from '@tensorflow/tfjs-core'
import { float32 } from '../../values/host-tensor.ts'
import { f32, i32 } from '../parity.fixture.ts'
import { get, given, x, xy, type Case } from './case.fixture.ts'

type Pad = 'valid' | 'same' | number | tf.backend_util.ExplicitPadding
type Quad = readonly [number, number, number, number]
type Pair = [number, number]

const four = (t: tf.Tensor): tf.Tensor4D => t as tf.Tensor4D
const explicit: tf.backend_util.ExplicitPadding = [
  [0, 0],
  [2, 0],
  [1, 3],
  [0, 0],
]

/** Images, filters [rows, columns, in, out], strides, padding. */
const CONVOLUTIONS: readonly (readonly [Quad, Quad, number | Pair, Pad])[] = [
  [[2, 6, 6, 3], [3, 3, 3, 4], 1, 'valid'],
  [[2, 6, 6, 3], [3, 3, 3, 4], 1, 'same'],
  [[2, 7, 9, 2], [3, 3, 2, 5], 2, 'valid'],
  [[2, 7, 10, 2], [3, 3, 2, 5], 2, 'same'],
  [[1, 8, 8, 1], [5, 3, 1, 2], [2, 3], 'same'],
  [[1, 5, 6, 2], [2, 4, 2, 3], [1, 2], 'valid'],
  [[3, 5, 5, 2], [3, 3, 2, 2], 1, 2],
  [[2, 6, 5, 2], [3, 2, 2, 2], 2, explicit],
  [[2, 4, 5, 3], [1, 1, 3, 4], 1, 'same'],
  [[2, 5, 5, 3], [1, 1, 3, 4], 2, 'same'],
  [[2, 7, 7, 2], [2, 2, 2, 3], 3, 'valid'],
  [[2, 4, 3, 2], [4, 3, 2, 3], 1, 'valid'],
  [[1, 1, 1, 2], [3, 3, 2, 2], 1, 'same'],
]
const convolutions = (fn: (x: tf.Tensor4D, w: tf.Tensor4D, strides: number | Pair, pad: Pad) => tf.Tensor) =>
  CONVOLUTIONS.map(([image, filter, strides, pad]) =>
    xy((a, b) => fn(four(a), four(b), strides, pad), f32(...image), f32(...filter)),
  )
// Weights that differ from output to output: a plain sum would hide pixels in the wrong place.
const weighted = (t: tf.Tensor): tf.Tensor => tf.sum(tf.mul(t, tf.sin(t)))

/** Images, size of the windows, strides, padding. */
const POOLINGS: readonly (readonly [Quad, number | Pair, number | Pair, Pad])[] = [
  [[2, 6, 6, 3], 2, 2, 'valid'],
  [[2, 7, 5, 3], 2, 2, 'valid'],
  [[2, 7, 5, 3], 3, 2, 'valid'],
  [[1, 6, 7, 2], [3, 2], 1, 'valid'],
  [[2, 5, 6, 2], [5, 6], 1, 'valid'],
  [[1, 7, 7, 1], 2, 3, 'valid'],
]
const PADDED: typeof POOLINGS = [
  [[2, 5, 5, 2], 3, 2, 'same'],
  [[2, 6, 5, 2], 3, 1, 'same'],
  [[1, 7, 5, 2], 2, 2, 'same'],
  [[1, 5, 6, 2], 3, 2, 1],
]
const poolings = (
  list: typeof POOLINGS,
  fn: (x: tf.Tensor4D, size: number | Pair, strides: number | Pair, pad: Pad) => tf.Tensor,
): Case[] =>
  list.map(([image, size, strides, pad]) => x((t) => fn(four(t), size, strides, pad), f32(...image)))

const channels = 3
const normalised = (
  fn: (x: tf.Tensor4D, mean: tf.Tensor1D, variance: tf.Tensor1D, offset: tf.Tensor1D) => tf.Tensor,
): Case => ({
  specs: { x: f32(2, 4, 5, channels), mean: f32(channels), variance: f32(channels), offset: f32(channels) },
  fn: (inputs) =>
    fn(
      four(get(inputs, 'x')),
      get(inputs, 'mean') as tf.Tensor1D,
      tf.square(get(inputs, 'variance')) as tf.Tensor1D,
      get(inputs, 'offset') as tf.Tensor1D,
    ),
})

/** Calls of the kernels that work on images, by the kernel's name. */
export const imageCases: Readonly<Record<string, readonly Case[]>> = {
  Conv2D: [
    ...convolutions((a, w, strides, pad) => tf.conv2d(a, w, strides, pad)),
    xy((a, w) => tf.conv2d(four(a), four(w), 1, 'valid', 'NHWC', 2), f32(2, 7, 8, 2), f32(3, 2, 2, 3)),
    xy((a, w) => tf.conv2d(four(a), four(w), 1, 'same', 'NHWC', [2, 3]), f32(1, 7, 8, 2), f32(3, 3, 2, 3)),
    xy((a, w) => tf.conv2d(four(a), four(w), 2, 1, 'NHWC', 1, 'ceil'), f32(1, 6, 6, 2), f32(3, 3, 2, 3)),
    xy((a, w) => tf.conv2d(a as tf.Tensor3D, four(w), 2, 'same'), f32(6, 5, 2), f32(3, 3, 2, 3)),
    xy((a, w) => tf.conv1d(a as tf.Tensor3D, w as tf.Tensor3D, 2, 'same'), f32(2, 7, 3), f32(3, 3, 4)),
    xy(
      (a, w) => tf.conv2d(four(tf.cast(a, 'float32')), four(w), 1, 'same'),
      i32(2, 5, 5, 2),
      f32(3, 3, 2, 3),
    ),
  ],
  Conv2DBackpropInput: [
    ...convolutions((a, w, strides, pad) =>
      tf.grad((t: tf.Tensor) => weighted(tf.conv2d(t as tf.Tensor4D, w, strides, pad)))(a),
    ),
    xy(
      (a, w) => tf.conv2dTranspose(four(a), four(w), [2, 7, 9, 3], 2, 'valid'),
      f32(2, 3, 4, 2),
      f32(3, 3, 3, 2),
    ),
  ],
  Conv2DBackpropFilter: convolutions((a, w, strides, pad) =>
    tf.grad((t: tf.Tensor) => weighted(tf.conv2d(a, t as tf.Tensor4D, strides, pad)))(w),
  ),
  FusedConv2D: (['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu'] as const).map((activation) =>
    xy(
      (a, w) =>
        tf.fused.conv2d({
          x: four(a),
          filter: four(w),
          strides: 2,
          pad: 'same',
          bias: tf.tensor1d([0.1, -0.2, 0.3, 0.4]),
          activation,
          leakyreluAlpha: 0.3,
        }),
      f32(2, 5, 6, 3),
      f32(3, 3, 3, 4),
    ),
  ),

  DepthwiseConv2dNative: [
    ...convolutions((a, w, strides, pad) => tf.depthwiseConv2d(a, w, strides, pad)),
    xy(
      (a, w) => tf.depthwiseConv2d(four(a), four(w), 1, 'same', 'NHWC', [2, 3]),
      f32(1, 7, 8, 2),
      f32(3, 3, 2, 2),
    ),
  ],
  DepthwiseConv2dNativeBackpropInput: convolutions((a, w, strides, pad) =>
    tf.grad((t: tf.Tensor) => weighted(tf.depthwiseConv2d(four(t), w, strides, pad)))(a),
  ),
  DepthwiseConv2dNativeBackpropFilter: convolutions((a, w, strides, pad) =>
    tf.grad((t: tf.Tensor) => weighted(tf.depthwiseConv2d(a, four(t), strides, pad)))(w),
  ),

  FusedBatchNorm: [
    normalised((t, mean, variance, offset) => tf.batchNorm(t, mean, variance, offset, mean, 1e-5)),
    normalised((t, mean, variance) => tf.batchNorm(t, mean, variance)),
    normalised((t, mean, variance, offset) => tf.batchNorm(t, mean, variance, undefined, offset, 1e-2)),
    normalised((t, mean, variance, offset) =>
      tf.batchNorm2d(tf.reshape(t, [-1, channels]), mean, variance, offset),
    ),
    normalised((t, mean, variance, offset) =>
      tf.stack(
        tf
          .grads((a: tf.Tensor, m: tf.Tensor, v: tf.Tensor, o: tf.Tensor) =>
            weighted(tf.batchNorm(four(a), m as tf.Tensor1D, v as tf.Tensor1D, o as tf.Tensor1D, mean, 0.1)),
          )([t, mean, variance, offset])
          .map((d) => tf.sum(tf.reshape(d, [-1, channels]), 0)),
      ),
    ),
  ],

  MaxPool: poolings([...POOLINGS, ...PADDED], (t, size, strides, pad) => tf.maxPool(t, size, strides, pad)),
  MaxPoolGrad: [
    ...poolings([...POOLINGS, ...PADDED], (t, size, strides, pad) =>
      tf.grad((a: tf.Tensor) => weighted(tf.maxPool(four(a), size, strides, pad)))(t),
    ),
    given({ x: float32([1, 3, 3, 1], [1, 1, 0, 2, 2, 2, 2, 0, 2]) }, (i) =>
      tf.grad((a: tf.Tensor) => weighted(tf.maxPool(four(a), 2, 1, 'valid')))(get(i, 'x')),
    ),
  ],
  AvgPool: poolings([...POOLINGS, ...PADDED], (t, size, strides, pad) => tf.avgPool(t, size, strides, pad)),
  // Padded ones are wrong on the cpu backend; finite differences judge them in convolution.test.ts.
  AvgPoolGrad: poolings(POOLINGS, (t, size, strides, pad) =>
    tf.grad((a: tf.Tensor) => weighted(tf.avgPool(four(a), size, strides, pad)))(t),
  ),
}
