import * as tf from '@tensorflow/tfjs-core'
import { float32, int32, type TensorSpec } from '../../values/host-tensor.ts'
import { bool, f32, i32 } from '../parity.fixture.ts'
import { get, given, x, xy, type Case } from './case.fixture.ts'
import { imageCases } from './image-cases.fixture.ts'

const tensor = (t: tf.Tensor): never => t as never

/** Positive numbers, numbers in (−1, 1), numbers above 1: for functions that are not defined everywhere. */
const positive = (t: tf.Tensor): tf.Tensor => tf.add(tf.abs(t), 0.1)
const small = (t: tf.Tensor): tf.Tensor => tf.mul(tf.tanh(t), 0.9)
const large = (t: tf.Tensor): tf.Tensor => tf.add(tf.abs(t), 1.1)

const BROADCASTS: readonly (readonly [TensorSpec, TensorSpec])[] = [
  [f32(3, 4), f32(3, 4)],
  [f32(3, 4), f32(4)],
  [f32(3, 1), f32(1, 4)],
  [f32(), f32(2, 3, 4)],
  [f32(2, 1, 4), f32(3, 1)],
]
const pairs = (fn: (x: tf.Tensor, y: tf.Tensor) => tf.Tensor): Case[] => [
  ...BROADCASTS.map(([a, b]) => xy(fn, a, b)),
  xy(fn, i32(3, 4), i32(4)),
]
/** Of truth values, too; a sum of two is no truth value on the reference backend. */
const pairsOfAny = (fn: (x: tf.Tensor, y: tf.Tensor) => tf.Tensor): Case[] => [
  ...pairs(fn),
  xy(fn, bool(3, 4), bool(4)),
]
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
const real = (fn: (x: tf.Tensor) => tf.Tensor): Case[] => [x(fn), x(fn, f32())]

const signed = int32([6], [-7, -4, -1, 1, 4, 7])
const divisors = int32([6], [2, -3, 2, -3, 3, -2])
const dividends = int32(
  [9],
  [33554435, 2147483647, -2147483648, -2147483648, 5, -5, -33554435, 2147483647, 123456789],
)
const hard = int32([9], [2, 1, -1, 7, 0, 0, 2, -2, 1000])
const realDividends = float32([10], [1e8, -1e8, 7, 7, -7, 0, 6, -6, 1e-10, 5.5])
const divisorsOfReal = float32([10], [3, 3, Infinity, -2.5, 2.5, -3, -3, 3, 3, 0])
const ties = float32([8], [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 0.49, -0.51])
const odd = float32([5], [Number.NaN, Infinity, -Infinity, 0, 1])
const repeated = float32([2, 4], [1, 3, 3, 0, 2, 2, 2, 2])

/** Calls of every kernel that has a rule, by the kernel's name. */
export const cases: Readonly<Record<string, readonly Case[]>> = {
  Abs: [x(tf.abs), x(tf.abs, i32(5))],
  Neg: [x(tf.neg), x(tf.neg, i32(5))],
  Sign: [x(tf.sign), x(tf.sign, i32(5))],
  Relu: [x(tf.relu), x(tf.relu, i32(5))],
  Sqrt: real((t) => tf.sqrt(tf.abs(t))),
  Reciprocal: [x(tf.reciprocal)],
  Rsqrt: real((t) => tf.rsqrt(positive(t))),
  Square: [...real(tf.square), x(tf.square, i32(4))],
  Exp: [x(tf.exp), x(tf.exp, i32(4))],
  Expm1: [
    x(tf.expm1, i32(4)),
    x(tf.expm1),
    x((t) => tf.expm1(tf.mul(t, 1e-4))),
    x((t) => tf.expm1(tf.mul(t, 30))),
  ],
  Log: [x((t) => tf.log(positive(t))), given({ x: odd }, (i) => tf.log(tf.abs(get(i, 'x'))))],
  Log1p: [
    x((t) => tf.log1p(tf.abs(t))),
    x((t) => tf.log1p(tf.mul(t, 1e-5))),
    given({ x: odd }, (i) => tf.log1p(tf.abs(get(i, 'x')))),
  ],
  Sin: real(tf.sin),
  Cos: real(tf.cos),
  Tan: [x((t) => tf.tan(small(t)))],
  Asin: [x((t) => tf.asin(small(t)))],
  Acos: [x((t) => tf.acos(small(t)))],
  Atan: [x(tf.atan)],
  Sinh: [x(tf.sinh)],
  Cosh: [x(tf.cosh)],
  Tanh: [x(tf.tanh)],
  Asinh: [x(tf.asinh)],
  Acosh: [x((t) => tf.acosh(large(t)))],
  Atanh: [x((t) => tf.atanh(small(t)))],
  Erf: [x(tf.erf, i32(4)), x(tf.erf)],
  Sigmoid: [x(tf.sigmoid)],
  Softplus: [x(tf.softplus)],
  Elu: [x(tf.elu)],
  EluGrad: [x(tf.grad(tf.elu))],
  Selu: [x(tf.selu), x(tf.selu, i32(4))],
  Floor: [x(tf.floor), given({ x: ties }, (i) => tf.floor(get(i, 'x')))],
  Ceil: [x(tf.ceil), given({ x: ties }, (i) => tf.ceil(get(i, 'x')))],
  Round: [x(tf.round), given({ x: ties }, (i) => tf.round(get(i, 'x')))],
  Relu6: [x((t) => tf.relu6(tf.mul(t, 5)))],
  ClipByValue: [
    x((t) => tf.clipByValue(t, -0.5, 0.7)),
    x((t) => tf.clipByValue(t, 0, Infinity)),
    x((t) => tf.clipByValue(t, -2, 2), i32(9)),
    x((t) => tf.clipByValue(t, 0, Infinity), i32(9)),
    x((t) => tf.clipByValue(t, -Infinity, 1), i32(9)),
    x((t) => tf.clipByValue(t, -Infinity, Infinity), i32(9)),
  ],
  LeakyRelu: [x((t) => tf.leakyRelu(t, 0.3), i32(4)), x((t) => tf.leakyRelu(t, 0.3))],
  Prelu: [xy((a, b) => tf.prelu(a, b), f32(3, 4), f32(4))],
  Step: [
    x((t) => tf.step(t)),
    x((t) => tf.step(t, 0.25)),
    x((t) => tf.step(t), i32(5)),
    given({ x: odd }, (i) => [
      tf.step(get(i, 'x')),
      tf.step(get(i, 'x'), 0.5),
      tf.grad((a: tf.Tensor) => tf.relu(a))(get(i, 'x')),
    ]),
  ],

  Add: pairs(tf.add),
  Sub: pairs(tf.sub),
  Multiply: pairsOfAny(tf.mul),
  RealDiv: pairs((a, b) => tf.div(a, positive(tf.cast(b, 'float32')))),
  Maximum: pairsOfAny(tf.maximum),
  Minimum: pairsOfAny(tf.minimum),
  Pow: [
    xy((a, b) => tf.pow(positive(a), b)),
    x((t) => tf.pow(t, 2)),
    x((t) => tf.pow(t, 3)),
    x((t) => tf.pow(tf.abs(t), 0.5)),
    x((t) => tf.pow(t, tf.scalar(2, 'int32')), i32(5)),
  ],
  FloorDiv: [
    given({ x: signed, y: divisors }, (i) => tf.floorDiv(get(i, 'x'), get(i, 'y'))),
    given({ x: dividends, y: hard }, (i) => tf.floorDiv(get(i, 'x'), get(i, 'y'))),
    given({ x: dividends, y: hard }, (i) => tf.div(get(i, 'x'), get(i, 'y'))),
    x((t) => tf.floorDiv(t, tf.scalar(-3, 'int32')), i32(20)),
    xy((a, b) => tf.floorDiv(a, positive(b))),
  ],
  Mod: [
    given({ x: signed, y: divisors }, (i) => tf.mod(get(i, 'x'), get(i, 'y'))),
    given({ x: dividends, y: hard }, (i) => tf.mod(get(i, 'x'), get(i, 'y'))),
    given({ x: realDividends, y: divisorsOfReal }, (i) => tf.mod(get(i, 'x'), get(i, 'y'))),
    x((t) => tf.mod(t, tf.scalar(-3, 'int32')), i32(20)),
    x((t) => tf.grad((a: tf.Tensor) => tf.mod(a, 0.7))(t)),
    xy((a, b) => tf.mod(a, positive(b))),
  ],
  Atan2: [
    xy(tf.atan2),
    given({ x: float32([4], [1, -1, 0, 0]), y: float32([4], [0, 0, 1, -1]) }, (i) =>
      tf.atan2(get(i, 'x'), get(i, 'y')),
    ),
  ],
  SquaredDifference: pairs(tf.squaredDifference),
  AddN: [xy((a, b) => tf.addN([a, b, a]))],

  Equal: [
    given({ x: repeated }, (i) => tf.equal(get(i, 'x'), 2)),
    xy(tf.equal, i32(20), i32(20)),
    xy(tf.equal, bool(6), bool(6)),
  ],
  NotEqual: [given({ x: repeated }, (i) => tf.notEqual(get(i, 'x'), 2)), xy(tf.notEqual, i32(20), i32(20))],
  Greater: pairsOfAny(tf.greater),
  GreaterEqual: pairsOfAny(tf.greaterEqual),
  Less: pairsOfAny(tf.less),
  LessEqual: pairsOfAny(tf.lessEqual),
  LogicalAnd: [xy(tf.logicalAnd, bool(3, 4), bool(4)), xy(tf.logicalXor, bool(8), bool(8))],
  LogicalOr: [xy(tf.logicalOr, bool(3, 4), bool(4))],
  LogicalNot: [x(tf.logicalNot, bool(5))],
  IsNan: [given({ x: odd }, (i) => tf.isNaN(get(i, 'x')))],
  IsInf: [given({ x: odd }, (i) => tf.isInf(get(i, 'x')))],
  IsFinite: [given({ x: odd }, (i) => tf.isFinite(get(i, 'x')))],
  Select: [
    xy((a, b) => tf.where(tf.greater(a, b), a, b)),
    xy((a, b) => tf.where(tensor(b), a, tf.zerosLike(a)), f32(3, 4), bool(3, 1)),
    xy((a, b) => tf.where(tf.greater(b, 0), a, 1), f32(3, 4), f32(3, 4)),
    xy((a, b) => tf.where(tf.greater(b, 0), a, b), i32(9), i32(9)),
    xy((a, b) => tf.where(tf.greater(a, 0), tensor(b), tf.logicalNot(b)), f32(9), bool(9)),
  ],
  Cast: [
    x((t) => tf.cast(tf.mul(t, 5), 'int32')),
    x((t) => tf.cast(t, 'float32'), i32(5)),
    x((t) => tf.cast(t, 'bool'), i32(9)),
    x((t) => [tf.cast(t, 'float32'), tf.cast(t, 'int32')], bool(5)),
  ],

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
}
