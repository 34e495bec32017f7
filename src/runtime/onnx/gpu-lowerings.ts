import type { Node, OpKind } from '../graph/node.ts'
import { dim } from '../graph/shape.ts'
import { lowerings, type Lower } from './lower.ts'
import { plainProduct } from './matmul.ts'
import { ELEMENT } from './proto.ts'
import type { Scope } from './scope.ts'

/**
 * What is written in another way for a GPU: ONNX Runtime's WebGPU provider lacks some operations, or has them for real
 * numbers only. A node left to the processor would copy its tensors off the device and back in every step.
 */
export const gpuLowerings: { readonly [K in OpKind]?: Lower<K> } = {
  unary: (scope, node, op, inputs) => {
    const [x = ''] = inputs
    if (op.fn === 'sign') return sign(scope, node, x)
    if (op.fn === 'selu') return selu(scope, x)
    if (node.dtype === 'float32') return lowerings.unary(scope, node, op, inputs)
    const zero = scope.scalar(0, 'int32')
    if (op.fn === 'neg') return scope.emit('Sub', [zero, x])
    if (op.fn === 'abs') return scope.emit('Max', [x, scope.emit('Sub', [zero, x])])
    if (op.fn === 'relu') return scope.emit('Max', [x, zero])
    return lowerings.unary(scope, node, op, inputs)
  },
  // What truncating division leaves.
  binary: (scope, node, op, inputs) => {
    if (op.fn !== 'rem') return lowerings.binary(scope, node, op, inputs)
    const [a = '', b = ''] = inputs
    const quotient = scope.emit('Div', [a, b])
    const whole = node.dtype === 'float32' ? truncated(scope, node, quotient) : quotient
    return scope.emit('Sub', [a, scope.emit('Mul', [whole, b])])
  },
  logical: (scope, node, op, inputs) => {
    if (op.fn === 'and') return lowerings.logical(scope, node, op, inputs)
    const neither = scope.emit(
      'And',
      inputs.map((x) => scope.emit('Not', [x])),
    )
    return scope.emit('Not', [neither])
  },
  slice: (scope, node, op, inputs) => {
    if (node.dtype === 'float32') return lowerings.slice(scope, node, op, inputs)
    return node.shape.reduce((value, size, axis) => {
      const [begin, stride] = [dim(op.begin, axis), dim(op.strides, axis)]
      if (begin === 0 && stride === 1 && size === dim((node.inputs[0] as Node).shape, axis)) return value
      const places = Int32Array.from({ length: size }, (_, i) => begin + i * stride)
      const index = scope.constant({ dtype: 'int32', shape: [size], data: places })
      return scope.emit('Gather', [value, index], { axis })
    }, inputs[0] ?? '')
  },
  tile: (scope, node, op, inputs) => {
    if (node.dtype === 'float32') return lowerings.tile(scope, node, op, inputs)
    const { shape } = node.inputs[0] as Node
    const apart = scope.emit('Reshape', [inputs[0] ?? '', scope.int64s(shape.flatMap((n) => [1, n]))])
    const repeated = scope.int64s(shape.flatMap((n, axis) => [dim(op.reps, axis), n]))
    return scope.emit('Reshape', [scope.emit('Expand', [apart, repeated]), scope.int64s(node.shape)])
  },
  // The first place of the extreme. ONNX' own gives integers of 64 bits, which the device cannot turn into others.
  arg: (scope, node, op, [x = '']) => {
    const [given] = node.inputs as [Node]
    const size = dim(given.shape, op.axis)
    const along = given.shape.map((_, axis) => (axis === op.axis ? size : 1))
    const places = Int32Array.from({ length: size }, (_, i) => i)
    const place = scope.constant({ dtype: 'int32', shape: along, data: places })
    const axes = scope.int64s([op.axis])
    const extreme = scope.emit(op.fn === 'max' ? 'ReduceMax' : 'ReduceMin', [x, axes], { keepdims: 1 })
    const here = scope.emit('Equal', [x, extreme])
    const first = scope.emit('Where', [here, place, scope.scalar(size, 'int32')])
    return scope.emit('ReduceMin', [first, axes], { keepdims: 0 })
  },
  // Transposes inside batched products, and the fused operation, are for processors only.
  matmul: (scope, node, op, inputs) => {
    const matrices = node.shape.length === 2 && node.dtype === 'float32'
    return (matrices ? lowerings.matmul : plainProduct)(scope, node, op, inputs)
  },
}

function sign(scope: Scope, node: Node, x: string): string {
  const type = scope.typeOf(node.dtype)
  const zero = scope.scalar(0, type)
  const is = (compare: string): string =>
    scope.emit('Cast', [scope.emit(compare, [x, zero])], { to: ELEMENT[type] })
  return scope.emit('Sub', [is('Greater'), is('Less')])
}

/** SELU (Klambauer et al. 2017): scale · (x for x > 0, α · (eˣ − 1) else). */
function selu(scope: Scope, x: string): string {
  const [alpha, scale] = [1.6732632423543772, 1.0507009873554805]
  const zero = scope.scalar(0, 'float32')
  const falling = scope.emit('Sub', [
    scope.emit('Exp', [scope.emit('Min', [x, zero])]),
    scope.scalar(1, 'float32'),
  ])
  const left = scope.emit('Mul', [falling, scope.scalar(alpha * scale, 'float32')])
  const right = scope.emit('Mul', [scope.emit('Max', [x, zero]), scope.scalar(scale, 'float32')])
  return scope.emit('Add', [left, right])
}

function truncated(scope: Scope, node: Node, x: string): string {
  return scope.emit('Mul', [sign(scope, node, x), scope.emit('Floor', [scope.emit('Abs', [x])])])
}
