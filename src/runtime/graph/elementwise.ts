import type { DType, Shape } from '../../values/host-tensor.ts'
import type { BinaryFn, CompareFn, LogicalFn, Node, Op, PredicateFn, UnaryFn } from './node.ts'
import { rounded, type Graph } from './graph.ts'
import { broadcastShape, sameShape } from './shape.ts'

/** The tensor repeated along new axes and axes of size one. */
export function broadcast(g: Graph, x: Node, shape: Shape): Node {
  if (sameShape(x.shape, shape)) return x
  if (x.op.kind === 'splat') return g.splat(x.op.value, x.dtype, shape)
  return g.node({ kind: 'broadcast' }, [x.op.kind === 'broadcast' ? only(x) : x], x.dtype, shape)
}

export function unary(g: Graph, fn: UnaryFn, x: Node): Node {
  return elementwise(g, { kind: 'unary', fn }, [x], x.dtype)
}

export function predicate(g: Graph, fn: PredicateFn, x: Node): Node {
  if (x.dtype !== 'float32') return g.splat(0, 'bool', x.shape)
  return elementwise(g, { kind: 'predicate', fn }, [x], 'bool')
}

export function compare(g: Graph, fn: CompareFn, a: Node, b: Node): Node {
  return elementwise(g, { kind: 'compare', fn }, [a, b], 'bool')
}

export function logical(g: Graph, fn: LogicalFn, a: Node, b: Node): Node {
  return elementwise(g, { kind: 'logical', fn }, [a, b], 'bool')
}

export function not(g: Graph, x: Node): Node {
  return x.op.kind === 'not' ? only(x) : elementwise(g, { kind: 'not' }, [x], 'bool')
}

export function clip(g: Graph, x: Node, min: number, max: number): Node {
  return elementwise(g, { kind: 'clip', min, max }, [x], x.dtype)
}

/** `a` where the condition holds, else `b`. */
export function select(g: Graph, condition: Node, a: Node, b: Node): Node {
  return elementwise(g, { kind: 'select' }, [condition, a, b], a.dtype)
}

export function cast(g: Graph, x: Node, dtype: DType): Node {
  if (x.dtype === dtype) return x
  if (x.op.kind === 'splat')
    return g.splat(dtype === 'int32' ? Math.trunc(x.op.value) : x.op.value, dtype, x.shape)
  // uint8 → int32 → float32: the first step loses nothing.
  if (x.op.kind === 'cast' && holds(x.dtype, only(x).dtype)) return cast(g, only(x), dtype)
  return elementwise(g, { kind: 'cast' }, [x], dtype)
}

/** Whether every value of `narrow` survives in `wide`. */
function holds(wide: DType, narrow: DType): boolean {
  return narrow === 'bool' || (narrow === 'uint8' && wide !== 'bool')
}

export function binary(g: Graph, fn: BinaryFn, a: Node, b: Node): Node {
  const shape = broadcastShape([a.shape, b.shape])
  const left = a.op.kind === 'splat' ? a.op.value : undefined
  const right = b.op.kind === 'splat' ? b.op.value : undefined
  if (left !== undefined && right !== undefined) {
    const value = folded(fn, left, right, a.dtype)
    if (value !== undefined) return g.splat(value, a.dtype, shape)
  }
  if (right === 1 && (fn === 'mul' || fn === 'div' || fn === 'pow')) return broadcast(g, a, shape)
  if (right === 0 && (fn === 'add' || fn === 'sub')) return broadcast(g, a, shape)
  if (left === 1 && fn === 'mul') return broadcast(g, b, shape)
  if (left === 0 && fn === 'add') return broadcast(g, b, shape)
  if (left === 0 && fn === 'sub') return broadcast(g, unary(g, 'neg', b), shape)
  if (right === -1 && fn === 'mul') return broadcast(g, unary(g, 'neg', a), shape)
  if (left === -1 && fn === 'mul') return broadcast(g, unary(g, 'neg', b), shape)
  if (right === 2 && fn === 'pow') return binary(g, 'mul', a, a)
  if (right === 0.5 && fn === 'pow' && a.dtype === 'float32') return unary(g, 'sqrt', a)
  if (b.op.kind === 'unary' && b.op.fn === 'neg') {
    if (fn === 'add') return binary(g, 'sub', a, only(b))
    if (fn === 'sub') return binary(g, 'add', a, only(b))
  }
  const commutes = fn === 'add' || fn === 'mul' || fn === 'max' || fn === 'min'
  return elementwise(g, { kind: 'binary', fn }, commutes && a.id > b.id ? [b, a] : [a, b], a.dtype)
}

// Division by a power of two and the like are exact; anything that rounds twice would differ from the engine.
function folded(fn: BinaryFn, a: number, b: number, dtype: DType): number | undefined {
  switch (fn) {
    case 'add':
      return rounded(a + b, dtype)
    case 'sub':
      return rounded(a - b, dtype)
    case 'mul':
      return dtype === 'int32' ? Math.imul(a, b) : rounded(a * b, dtype)
    case 'div':
      return dtype === 'float32' ? Math.fround(a / b) : undefined
    case 'max':
      return Math.max(a, b)
    case 'min':
      return Math.min(a, b)
    case 'rem':
    case 'pow':
      return undefined
  }
}

/**
 * Works on inputs before they are repeated, and repeats the result instead where that is less work. So too with images
 * that came with their batch third: what follows may want them so, and moves them back for nothing.
 */
function elementwise(g: Graph, op: Op, inputs: readonly Node[], dtype: DType): Node {
  const shape = broadcastShape(inputs.map((n) => n.shape))
  const bare = inputs.map((n) => unrepeated(g, n))
  const isMoved = (n: Node): boolean => isBatchMoved(n) && sameShape(n.shape, shape)
  const moved = bare.find(isMoved)
  if (moved && bare.every((n) => isMoved(n) || isPerChannel(n))) {
    const before = bare.map((n) => (isMoved(n) ? only(n) : n))
    return g.node(moved.op, [elementwise(g, op, before, dtype)], dtype, shape)
  }
  const bareShape = broadcastShape(bare.map((n) => n.shape))
  return broadcast(g, g.node(op, bare, dtype, bareShape), shape)
}

/** Whether images [batch, rows, columns, channels] came as [rows, columns, batch, channels]. */
export function isBatchMoved({ op }: Node): boolean {
  return op.kind === 'transpose' && op.perm.join() === '2,0,1,3'
}

/** Whether a tensor is one number, or one for every channel, which images keep last. */
function isPerChannel({ shape }: Node): boolean {
  return shape.length <= 4 && shape.slice(0, -1).every((n) => n === 1)
}

function unrepeated(g: Graph, x: Node): Node {
  if (x.op.kind === 'splat') return g.splat(x.op.value, x.dtype, [])
  return x.op.kind === 'broadcast' ? only(x) : x
}

/** The input of a node that has one. */
export function only(x: Node): Node {
  const input = x.inputs[0]
  if (!input) throw new RangeError(`${x.op.kind} has no input`)
  return input
}
