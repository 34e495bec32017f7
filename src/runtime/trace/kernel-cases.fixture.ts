import * as tf from '@tensorflow/tfjs-core'
import { float32, int32 } from '../../values/host-tensor.ts'
import { bool, f32, i32 } from '../parity.fixture.ts'
import { get, given, x, xy, type Case } from './case.fixture.ts'
import { elementwiseCases } from './elementwise-cases.fixture.ts'
import { imageCases } from './image-cases.fixture.ts'
import { randomMaskCases } from './random-mask-cases.fixture.ts'

const tensor = (t: tf.Tensor): never => t as never

const AXES: readonly (readonly [number | number[] | undefined, boolean])[] = [
  [undefined, false],
  [0, false],
  [1, true],
  [[0, 2], true],
  [-1, false],
]
const reductions = (
  fn: (x: tf.Tensor, axis?: number | number[], keep?: boolean) => tf.Tensor,
  spec = f32(2, 3, 4),
): Case[] => AXES.map(([axis, keep]) => x((t) => fn(t, axis, keep), spec))
const repeated = float32([2, 4], [1, 3, 3, 0, 2, 2, 2, 2])

/** Calls of every kernel that has a rule, by the kernel's name. */
export const cases: Readonly<Record<string, readonly Case[]>> = {
  ...elementwiseCases,

  Identity: [x((t) => tf.clone(t))],
  Reshape: [
    x((t) => tf.reshape(t, [2, -1])),
    x((t) => tf.reshape(tf.reshape(t, [12]), [4, 3])),
    x((t) => tf.squeeze(t), f32(1, 3, 1)),
  ],
  ExpandDims: [x((t) => tf.expandDims(t, 1)), x((t) => tf.expandDims(t, -1))],
  Transpose: [
    x((t) => tf.transpose(t)),
    x((t) => tf.transpose(t, [2, 0, 1]), f32(2, 3, 4)),
    x((t) => tf.transpose(tf.transpose(t, [2, 0, 1]), [0, 2, 1]), f32(2, 3, 4)),
    x((t) => tf.transpose(t, [1, 0, 2]), f32(1, 3, 4)),
    x((t) => tf.transpose(t), i32(3, 4)),
  ],
  Slice: [
    x((t) => tf.slice(t, [1, 1], [2, -1])),
    x((t) => tf.slice(t, 1, 1)),
    x((t) => tf.slice(t, [0, 2], [3, 2]), i32(3, 4)),
  ],
  StridedSlice: [
    x((t) => tf.stridedSlice(t, [0, 3], [3, 0], [2, -1])),
    x((t) => tf.stridedSlice(t, [2, 3], [0, 0], [-1, -1], 0, 3)),
  ],
  Reverse: [
    x((t) => tf.reverse(t)),
    x((t) => tf.reverse(t, -1)),
    x((t) => tf.reverse(t, [0, 2]), f32(2, 1, 3)),
  ],
  Concat: [
    xy((a, b) => tf.concat([a, b, a], 0)),
    xy((a, b) => tf.concat([a, b], -1), f32(3, 1), f32(3, 4)),
    xy((a, b) => tf.concat([a, b], 0), i32(2), i32(3)),
  ],
  Pack: [xy((a, b) => tf.stack([a, b])), xy((a, b) => tf.stack([a, b], -1))],
  Unpack: [x((t) => tf.unstack(t)), x((t) => tf.unstack(t, 1))],
  SplitV: [x((t) => tf.split(t, 2, 1)), x((t) => tf.split(t, [1, 3], -1))],
  PadV2: [
    x((t) =>
      tf.pad(t, [
        [1, 0],
        [0, 2],
      ]),
    ),
    x((t) =>
      tf.pad(
        t,
        [
          [0, 0],
          [1, 1],
        ],
        3.5,
      ),
    ),
    x((t) => tf.pad(t, [[2, 1]], 7), i32(3)),
  ],
  MirrorPad: [
    x((t) =>
      tf.mirrorPad(
        t,
        [
          [1, 2],
          [0, 1],
        ],
        'reflect',
      ),
    ),
    x((t) =>
      tf.mirrorPad(
        t,
        [
          [1, 0],
          [2, 3],
        ],
        'symmetric',
      ),
    ),
  ],
  Tile: [
    x((t) => tf.tile(t, [2, 3])),
    x((t) => tf.tile(t, [1, 5]), f32(4, 1)),
    x((t) => tf.broadcastTo(t, [2, 3, 4]), f32(3, 1)),
    x((t) => tf.tile(t, [2]), bool(3)),
  ],

  Fill: [x((t) => tf.add(t, tf.fill([3, 4], 2.5)))],
  ZerosLike: [x((t) => tf.zerosLike(t)), x((t) => tf.sub(tf.zerosLike(t), t))],
  OnesLike: [x((t) => tf.onesLike(t)), x((t) => tf.div(tf.onesLike(t), t))],
  LinSpace: [x((t) => tf.mul(t, tf.linspace(-1, 2, 4)))],
  Range: [
    x((t) => tf.mul(t, tf.range(0, 4))),
    x((t) => tf.add(t, tf.range(10, 0, -2, 'int32')), i32(5)),
    x((t) => tf.mul(t, tf.range(5, 0)), f32(5)),
    x((t) => tf.add(t, tf.range(2, -3, 1, 'int32')), i32(5)),
    x((t) => tf.concat([t, tf.range(5, 0, 2), tf.range(0, 5, -1), tf.range(3, 3)]), f32(2)),
    x((t) => tf.mul(t, tf.range(0, 1, 0.3)), f32(4)),
  ],
  OneHot: [
    x((t) => tf.oneHot(tf.cast(t, 'int32'), 3), i32(12)),
    x((t) => tf.oneHot(tensor(t), 4, 0.9, 0.1, 'float32'), i32(2, 6)),
  ],
  Diag: [x((t) => tf.diag(t), f32(3))],

  GatherV2: [
    given({ x: float32([3, 2], [1, 2, 3, 4, 5, 6]), i: int32([4], [2, 0, 0, 1]) }, (t) =>
      tf.gather(get(t, 'x'), tensor(get(t, 'i'))),
    ),
    given({ x: float32([3, 2], [1, 2, 3, 4, 5, 6]), i: int32([2, 2], [1, 0, 0, 1]) }, (t) =>
      tf.gather(get(t, 'x'), tensor(get(t, 'i')), 1),
    ),
    given({ x: float32([3, 2], [1, 2, 3, 4, 5, 6]), i: int32([3, 1], [1, 0, 1]) }, (t) =>
      tf.gather(get(t, 'x'), tensor(get(t, 'i')), 1, 1),
    ),
    given({ x: float32([5, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), i: int32([2], [1, 4]) }, (t) =>
      tf.gather(tf.mul(tf.sqrt(get(t, 'x')), 3), tensor(get(t, 'i'))),
    ),
  ],
  GatherNd: [
    given({ x: float32([3, 2], [1, 2, 3, 4, 5, 6]), i: int32([2, 2], [2, 1, 0, 0]) }, (t) =>
      tf.gatherND(get(t, 'x'), get(t, 'i')),
    ),
  ],
  ScatterNd: [
    given({ i: int32([3, 1], [1, 3, 1]), u: float32([3, 2], [1, 2, 3, 4, 5, 6]) }, (t) =>
      tf.scatterND(tensor(get(t, 'i')), get(t, 'u'), [4, 2]),
    ),
  ],
  UnsortedSegmentSum: [
    given({ x: float32([5], [1, 2, 4, 8, 16]), s: int32([5], [0, 2, 0, -1, 3]) }, (t) =>
      tf.unsortedSegmentSum(get(t, 'x'), tensor(get(t, 's')), 3),
    ),
    given({ x: float32([4, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]), i: int32([3], [3, 0, 3]) }, (t) =>
      tf.grad((w: tf.Tensor) => tf.square(tf.gather(w, tensor(get(t, 'i')))))(get(t, 'x')),
    ),
  ],
  TopK: [
    x((t) => {
      const { values, indices } = tf.topk(t, 3)
      return [values, indices]
    }),
  ],

  Sum: [...reductions(tf.sum), x((t) => tf.sum(t), i32(7)), x((t) => tf.sum(t, 0), bool(7, 2))],
  Mean: [...reductions(tf.mean), x((t) => tf.mean(t), i32(7))],
  Max: [...reductions(tf.max), x((t) => tf.max(t), i32(7))],
  Min: [...reductions(tf.min), x((t) => tf.min(t), i32(7))],
  Prod: [...reductions(tf.prod), x((t) => tf.prod(t), i32(4))],
  All: [...reductions(tf.all, bool(2, 3, 4) as never), x((t) => tf.all(t, 0), bool(1, 8))],
  Any: [...reductions(tf.any, bool(2, 3, 4) as never)],
  ArgMax: [
    given({ x: repeated }, (i) => tf.argMax(get(i, 'x'), 1)),
    x((t) => tf.argMax(t, 0), f32(4, 2, 3)),
    x((t) => tf.argMax(t), i32(7)),
    x((t) => tf.argMax(t, 1), bool(4, 5)),
  ],
  ArgMin: [given({ x: repeated }, (i) => tf.argMin(get(i, 'x'), -1)), x((t) => tf.argMin(t, 0))],
  Cumsum: [
    x((t) => tf.cumsum(t, 1)),
    x((t) => tf.cumsum(t, 0, true, false)),
    x((t) => tf.cumsum(t, 1, true, true)),
  ],

  BatchMatMul: [
    xy((a, b) => tf.matMul(a, b), f32(2, 3), f32(3, 4)),
    xy((a, b) => tf.matMul(a, b, true, false), f32(3, 2), f32(3, 4)),
    xy((a, b) => tf.matMul(a, b, false, true), f32(2, 3), f32(4, 3)),
    xy((a, b) => tf.matMul(a, b, true, true), f32(3, 2), f32(4, 3)),
    xy((a, b) => tf.matMul(tf.transpose(a), tf.transpose(b)), f32(3, 2), f32(4, 3)),
    xy((a, b) => tf.add(tf.matMul(a, b), tf.tensor1d([1, 2, 3, 4])), f32(2, 3), f32(3, 4)),
    xy((a, b) => tf.add(tf.matMul(a, b), tf.tensor2d([[1], [2]])), f32(2, 3), f32(3, 4)),
    xy((a, b) => tf.add(tf.matMul(a, b), tf.matMul(a, b)), f32(2, 3), f32(3, 4)),
    xy(
      (a, b) => {
        const p = tf.matMul(a, b)
        return [p, tf.add(p, 1)]
      },
      f32(2, 3),
      f32(3, 4),
    ),
    xy((a, b) => tf.matMul(a, b), f32(5, 2, 3), f32(5, 3, 4)),
    xy((a, b) => tf.matMul(a, b, true, true), f32(5, 3, 2), f32(5, 4, 3)),
    xy((a, b) => tf.matMul(a, b), f32(5, 2, 3), f32(1, 3, 4)),
    xy((a, b) => tf.matMul(a, b), f32(1, 2, 3), f32(5, 3, 4)),
    xy((a, b) => tf.matMul(a, b, false, true), i32(2, 3), i32(4, 3)),
    xy((a, b) => tf.dot(a, b), f32(3), f32(3)),
  ],
  _FusedMatMul: (['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu'] as const).map((activation) =>
    xy(
      (a, b) =>
        tf.fused.matMul({
          a,
          b,
          transposeB: true,
          bias: tf.tensor1d([0.1, -0.2, 0.3, 0.4]),
          activation,
          leakyreluAlpha: 0.3,
        }),
      f32(2, 3),
      f32(4, 3),
    ),
  ),
  Softmax: [
    x((t) => tf.softmax(t)),
    x((t) => tf.softmax(tf.mul(t, 100)), f32(2, 3, 4)),
    x((t) => tf.logSoftmax(t)),
  ],
  ...imageCases,
  ...randomMaskCases,
}
