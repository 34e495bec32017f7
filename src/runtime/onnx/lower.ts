import type { Node, OpKind, OpOf, BinaryFn, CompareFn, UnaryFn, ReduceFn } from '../graph/node.ts'
import { dim } from '../graph/shape.ts'
import { matmul } from './matmul.ts'
import { convolution, pooling } from './sliding.ts'
import { hash, randomMask } from './random-mask.ts'
import type { Scope } from './scope.ts'
import { ELEMENT } from './proto.ts'

/** Writes one node as ONNX operations; `inputs` are the names of its inputs. Returns its value's name. */
export type Lower<K extends OpKind> = (
  scope: Scope,
  node: Node,
  op: OpOf<K>,
  inputs: readonly string[],
) => string

const UNARY: Readonly<Record<Exclude<UnaryFn, 'sigmoid'>, string>> = {
  abs: 'Abs',
  neg: 'Neg',
  sign: 'Sign',
  sqrt: 'Sqrt',
  reciprocal: 'Reciprocal',
  exp: 'Exp',
  log: 'Log',
  sin: 'Sin',
  cos: 'Cos',
  tan: 'Tan',
  asin: 'Asin',
  acos: 'Acos',
  atan: 'Atan',
  sinh: 'Sinh',
  cosh: 'Cosh',
  tanh: 'Tanh',
  asinh: 'Asinh',
  acosh: 'Acosh',
  atanh: 'Atanh',
  erf: 'Erf',
  softplus: 'Softplus',
  relu: 'Relu',
  elu: 'Elu',
  selu: 'Selu',
  floor: 'Floor',
  ceil: 'Ceil',
  round: 'Round',
}
const BINARY: Readonly<Record<BinaryFn, string>> = {
  add: 'Add',
  sub: 'Sub',
  mul: 'Mul',
  div: 'Div',
  rem: 'Mod',
  pow: 'Pow',
  max: 'Max',
  min: 'Min',
}
const COMPARE: Readonly<Record<CompareFn, string>> = {
  equal: 'Equal',
  greater: 'Greater',
  greaterEqual: 'GreaterOrEqual',
  less: 'Less',
  lessEqual: 'LessOrEqual',
}
const REDUCE: Readonly<Record<ReduceFn, string>> = {
  sum: 'ReduceSum',
  mean: 'ReduceMean',
  max: 'ReduceMax',
  min: 'ReduceMin',
  prod: 'ReduceProd',
}

/** How every kind of node is written. Inputs are bound to names before their consumers are written. */
export const lowerings: { readonly [K in OpKind]: Lower<K> } = {
  input: (_, node) => {
    throw new RangeError(`input ${node.id} has no name here`)
  },
  constant: (scope, _, op) => scope.constant(op.value),
  splat: (scope, node, op) =>
    node.shape.length === 0
      ? scope.scalar(op.value, scope.typeOf(node.dtype))
      : scope.emit('Expand', [scope.scalar(op.value, scope.typeOf(node.dtype)), scope.known(node.shape)]),
  broadcast: (scope, node, _, [x = '']) => scope.emit('Expand', [x, scope.known(node.shape)]),
  unary: (scope, _, op, inputs) =>
    op.fn === 'sigmoid' ? sigmoid(scope, inputs) : scope.emit(UNARY[op.fn], inputs),
  binary: (scope, _, op, inputs) => scope.emit(BINARY[op.fn], inputs, op.fn === 'rem' ? { fmod: 1 } : {}),
  compare: (scope, _, op, inputs) => scope.emit(COMPARE[op.fn], inputs),
  logical: (scope, _, op, inputs) => scope.emit({ and: 'And', or: 'Or' }[op.fn], inputs),
  not: (scope, _, __, inputs) => scope.emit('Not', inputs),
  predicate: (scope, _, op, inputs) => scope.emit({ isNaN: 'IsNaN', isInf: 'IsInf' }[op.fn], inputs),
  select: (scope, _, __, inputs) => scope.emit('Where', inputs),
  clip: (scope, node, op, [x = '']) =>
    scope.emit('Clip', [
      x,
      scope.scalar(lowest(op.min, node), scope.typeOf(node.dtype)),
      scope.scalar(highest(op.max, node), scope.typeOf(node.dtype)),
    ]),
  cast: (scope, node, _, inputs) => scope.emit('Cast', inputs, { to: ELEMENT[scope.typeOf(node.dtype)] }),
  reshape: (scope, node, _, [x = '']) =>
    scope.emit('Reshape', [x, scope.target(node.shape)], { allowzero: 1 }),
  transpose: (scope, _, op, inputs) => scope.emit('Transpose', inputs, { perm: op.perm }),
  slice: (scope, node, op, [x = '']) => {
    // ONNX counts negative ends from the back; "before the first element" is the smallest integer.
    const ends = node.shape
      .map((n, i) => (scope.isFree(n) ? 2 ** 31 - 1 : dim(op.begin, i) + n * dim(op.strides, i)))
      .map((end) => (end < 0 ? -(2 ** 31) : end))
    const axes = node.shape.map((_, i) => i)
    return scope.emit('Slice', [
      x,
      scope.int64s(op.begin),
      scope.int64s(ends),
      scope.int64s(axes),
      scope.int64s(op.strides),
    ])
  },
  concat: (scope, _, op, inputs) => scope.emit('Concat', inputs, { axis: op.axis }),
  pad: (scope, node, op, [x = '']) =>
    scope.emit('Pad', [
      x,
      scope.int64s([...op.before, ...op.after]),
      scope.scalar(op.value, scope.typeOf(node.dtype)),
    ]),
  tile: (scope, _, op, [x = '']) => scope.emit('Tile', [x, scope.known(op.reps)]),
  gather: (scope, _, op, inputs) => scope.emit('Gather', inputs, { axis: op.axis }),
  gatherNd: (scope, _, __, [x = '', indices = '']) => scope.emit('GatherND', [x, toInt64(scope, indices)]),
  scatterAdd: (scope, _, __, [x = '', indices = '', updates = '']) =>
    scope.emit('ScatterND', [x, toInt64(scope, indices), updates], { reduction: 'add' }),
  cumsum: (scope, _, op, [x = '']) =>
    scope.emit('CumSum', [x, scope.int64s([op.axis], [])], {
      exclusive: op.exclusive ? 1 : 0,
      reverse: op.reverse ? 1 : 0,
    }),
  topk: (scope, _, op, [x = '']) => {
    const [values = '', indices = ''] = scope.emitAll('TopK', [x, scope.known([op.k])], { axis: -1 }, 2)
    return op.give === 'values' ? values : toInt32(scope, indices)
  },
  reduce: (scope, _, op, [x = '']) =>
    scope.emit(REDUCE[op.fn], [x, scope.int64s(op.axes)], { keepdims: op.keepDims ? 1 : 0 }),
  arg: (scope, _, op, inputs) =>
    toInt32(scope, scope.emit(op.fn === 'max' ? 'ArgMax' : 'ArgMin', inputs, { axis: op.axis, keepdims: 0 })),
  softmax: (scope, _, __, inputs) => scope.emit('Softmax', inputs, { axis: -1 }),
  matmul,
  convolution,
  pooling,
  hash,
  randomMask,
}

// ONNX Runtime's own Sigmoid is zero from −18 on, where its logarithm would be −∞.
function sigmoid(scope: Scope, inputs: readonly string[]): string {
  const falling = scope.emit('Exp', [scope.emit('Neg', inputs)])
  return scope.emit('Reciprocal', [scope.emit('Add', [falling, scope.scalar(1, 'float32')])])
}

/** The least number of a node's type that is no less than a bound. */
function lowest(bound: number, node: Node): number {
  return node.dtype === 'float32' ? bound : Math.ceil(bound)
}

function highest(bound: number, node: Node): number {
  return node.dtype === 'float32' ? bound : Math.floor(bound)
}

function toInt64(scope: Scope, x: string): string {
  return scope.emit('Cast', [x], { to: ELEMENT.int64 })
}

function toInt32(scope: Scope, x: string): string {
  return scope.emit('Cast', [x], { to: ELEMENT.int32 })
}
