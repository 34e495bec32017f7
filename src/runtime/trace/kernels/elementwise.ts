import type * as tf from '@tensorflow/tfjs-core'
import {
  binary,
  cast,
  clip,
  compare,
  logical,
  not,
  predicate,
  select,
  unary,
} from '../../graph/elementwise.ts'
import type { Graph } from '../../graph/graph.ts'
import type { BinaryFn, CompareFn, LogicalFn, Node, UnaryFn } from '../../graph/node.ts'
import { rule, type Rule, type Rules } from '../rule.ts'
import { dtypeOf } from '../dtype.ts'
import { floorDivide, modulo } from '../division.ts'

/** A function on real numbers: integers go through float32, as on the reference backend. */
function real(g: Graph, x: Node, fn: (x: Node) => Node): Node {
  return x.dtype === 'float32' ? fn(x) : cast(g, fn(cast(g, x, 'float32')), x.dtype)
}

/** Truth values as numbers: ONNX neither calculates with them nor orders them. */
function counted(g: Graph, x: Node): Node {
  return x.dtype === 'bool' ? cast(g, x, 'int32') : x
}

const map = (fn: UnaryFn): Rule => rule<tf.UnaryInputs>((g, { x }) => real(g, x, (r) => unary(g, fn, r)))
const mapToReal = (fn: UnaryFn): Rule =>
  rule<tf.UnaryInputs>((g, { x }) => unary(g, fn, cast(g, x, 'float32')))
const mapAny = (fn: UnaryFn): Rule => rule<tf.UnaryInputs>((g, { x }) => unary(g, fn, x))
const zip = (fn: BinaryFn): Rule =>
  rule<tf.BinaryInputs>((g, { a, b }) => cast(g, binary(g, fn, counted(g, a), counted(g, b)), a.dtype))
const zipReal = (fn: (g: Graph, x: Node) => Node): Rule =>
  rule<tf.UnaryInputs>((g, { x }) => real(g, x, (r) => fn(g, r)))
const test = (fn: CompareFn): Rule =>
  rule<tf.BinaryInputs>((g, { a, b }) => compare(g, fn, counted(g, a), counted(g, b)))
const both = (fn: LogicalFn): Rule => rule<tf.BinaryInputs>((g, { a, b }) => logical(g, fn, a, b))
const number = (g: Graph, value: number, like: Node): Node => g.splat(value, like.dtype, [])
/** At least one in size unless zero; what is no number stays so. Several times faster than comparing and selecting. */
const huge = (g: Graph, x: Node): Node => {
  const factor = number(g, 2 ** 126, x)
  return binary(g, 'mul', binary(g, 'mul', x, factor), factor)
}
/** What a ReLU made of `x`, if one did, so that `x` need not be kept for the gradient; else `x`. */
const rectified = (g: Graph, x: Node): Node =>
  g.recorded({ kind: 'unary', fn: 'relu' }, [x], x.dtype, x.shape) ?? x
const positive = (g: Graph, x: Node): Node => compare(g, 'greater', x, number(g, 0, x))

// As in torch, each branch only sees the arguments it is right for.
function atan2(g: Graph, y: Node, x: Node): Node {
  const zero = number(g, 0, x)
  const half = unary(g, 'atan', binary(g, 'div', y, x))
  const turn = select(g, compare(g, 'less', y, zero), number(g, -Math.PI, x), number(g, Math.PI, x))
  const left = compare(g, 'less', x, zero)
  const upright = binary(g, 'mul', unary(g, 'sign', y), number(g, Math.PI / 2, x))
  return select(g, compare(g, 'equal', x, zero), upright, binary(g, 'add', half, select(g, left, turn, zero)))
}

/** exp(x) − 1, from tanh near zero, where subtracting would lose every digit. */
function expm1(g: Graph, x: Node): Node {
  const half = unary(g, 'tanh', binary(g, 'div', x, number(g, 2, x)))
  const near = binary(
    g,
    'div',
    binary(g, 'mul', number(g, 2, x), half),
    binary(g, 'sub', number(g, 1, x), half),
  )
  const far = binary(g, 'sub', unary(g, 'exp', x), number(g, 1, x))
  return select(g, compare(g, 'less', unary(g, 'abs', x), number(g, 0.5, x)), near, far)
}

/** log(1 + x) with the rounding error of the sum corrected (Kahan). */
function log1p(g: Graph, x: Node): Node {
  const one = number(g, 1, x)
  const sum = binary(g, 'add', x, one)
  const lost = binary(g, 'sub', sum, one)
  const corrected = binary(g, 'mul', unary(g, 'log', sum), binary(g, 'div', x, lost))
  const exact = logical(g, 'or', compare(g, 'equal', lost, number(g, 0, x)), predicate(g, 'isInf', sum))
  return select(g, exact, x, corrected)
}

/** Functions of each element, or of pairs of them. */
export const elementwiseRules: Rules = {
  Abs: mapAny('abs'),
  Neg: mapAny('neg'),
  Sign: mapAny('sign'),
  Relu: mapAny('relu'),
  Sqrt: map('sqrt'),
  Reciprocal: map('reciprocal'),
  Rsqrt: zipReal((g, x) => unary(g, 'reciprocal', unary(g, 'sqrt', x))),
  Square: rule<tf.SquareInputs>((g, { x }) => binary(g, 'mul', x, x)),
  Exp: mapToReal('exp'),
  Expm1: zipReal(expm1),
  Log: map('log'),
  Log1p: zipReal(log1p),
  Sin: map('sin'),
  Cos: map('cos'),
  Tan: map('tan'),
  Asin: map('asin'),
  Acos: map('acos'),
  Atan: map('atan'),
  Sinh: map('sinh'),
  Cosh: map('cosh'),
  Tanh: map('tanh'),
  Asinh: map('asinh'),
  Acosh: map('acosh'),
  Atanh: map('atanh'),
  Erf: mapToReal('erf'),
  Sigmoid: map('sigmoid'),
  Softplus: map('softplus'),
  Elu: map('elu'),
  Selu: map('selu'),
  Floor: map('floor'),
  Ceil: map('ceil'),
  Round: map('round'),
  Relu6: rule<tf.Relu6Inputs>((g, { x }) => clip(g, x, 0, 6)),
  ClipByValue: rule<tf.ClipByValueInputs, tf.ClipByValueAttrs>((g, { x }, { clipValueMin, clipValueMax }) =>
    clip(g, x, clipValueMin, clipValueMax),
  ),
  LeakyRelu: rule<tf.LeakyReluInputs, tf.LeakyReluAttrs>((g, inputs, { alpha }) => {
    const x = cast(g, inputs.x, 'float32')
    return select(g, positive(g, x), x, binary(g, 'mul', x, number(g, alpha, x)))
  }),
  Prelu: rule<tf.PreluInputs>((g, { x, alpha }) => select(g, positive(g, x), x, binary(g, 'mul', x, alpha))),
  EluGrad: rule<tf.EluGradInputs>((g, { dy, y }) => {
    const falling = binary(g, 'mul', dy, binary(g, 'add', y, number(g, 1, y)))
    return select(g, compare(g, 'greaterEqual', y, number(g, 0, y)), dy, falling)
  }),
  Step: rule<tf.StepInputs, tf.StepAttrs>((g, { x }, { alpha }) => {
    if (alpha === 0 && x.dtype === 'float32') return clip(g, huge(g, rectified(g, x)), 0, 1)
    const step =
      alpha === 0
        ? cast(g, positive(g, x), x.dtype)
        : select(g, positive(g, x), number(g, 1, x), number(g, alpha, x))
    return x.dtype === 'float32' ? select(g, predicate(g, 'isNaN', x), x, step) : step
  }),

  Add: zip('add'),
  Sub: zip('sub'),
  Multiply: zip('mul'),
  RealDiv: zip('div'),
  Maximum: zip('max'),
  Minimum: zip('min'),
  Pow: zip('pow'),
  // Whole numbers even of real ones, as on the reference backend.
  FloorDiv: rule<tf.FloorDivInputs>((g, { a, b }) => cast(g, floorDivide(g, a, b), 'int32')),
  Mod: rule<tf.ModInputs>((g, { a, b }) => modulo(g, a, b)),
  Atan2: rule<tf.Atan2Inputs>((g, { a, b }) => atan2(g, a, b)),
  SquaredDifference: rule<tf.SquaredDifferenceInputs>((g, { a, b }) => {
    const difference = binary(g, 'sub', a, b)
    return binary(g, 'mul', difference, difference)
  }),
  AddN: rule<Record<string, tf.TensorInfo>>((g, terms) =>
    Object.values(terms).reduce((sum, x) => binary(g, 'add', sum, x)),
  ),

  Equal: test('equal'),
  NotEqual: rule<tf.NotEqualInputs>((g, { a, b }) => not(g, compare(g, 'equal', a, b))),
  Greater: test('greater'),
  GreaterEqual: test('greaterEqual'),
  Less: test('less'),
  LessEqual: test('lessEqual'),
  LogicalAnd: both('and'),
  LogicalOr: both('or'),
  LogicalNot: rule<tf.LogicalNotInputs>((g, { x }) => not(g, x)),
  IsNan: rule<tf.IsNanInputs>((g, { x }) => predicate(g, 'isNaN', x)),
  IsInf: rule<tf.IsInfInputs>((g, { x }) => predicate(g, 'isInf', x)),
  IsFinite: rule<tf.IsFiniteInputs>((g, { x }) =>
    not(g, logical(g, 'or', predicate(g, 'isNaN', x), predicate(g, 'isInf', x))),
  ),
  Select: rule<tf.SelectInputs>((g, { condition, t, e }) =>
    cast(g, select(g, condition, counted(g, t), counted(g, e)), t.dtype),
  ),
  Cast: rule<tf.CastInputs, tf.CastAttrs>((g, { x }, { dtype }) => cast(g, x, dtypeOf(dtype))),
}
