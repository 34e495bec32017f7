import * as tf from '@tensorflow/tfjs-core'
import { float32, int32, type TensorSpec } from '../../values/host-tensor.ts'
import { bool, f32, i32 } from '../parity.fixture.ts'
import { get, given, x, xy, type Case } from './case.fixture.ts'

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

/** Calls of the kernels that work on one element, or on one of each input, at a time. */
export const elementwiseCases: Readonly<Record<string, readonly Case[]>> = {
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
}
