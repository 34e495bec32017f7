import type { Shape } from '../../values/host-tensor.ts'
import { sizeOf } from '../../values/host-tensor.ts'
import { binary, broadcast, cast, clip, only, unary } from './elementwise.ts'
import type { Graph } from './graph.ts'
import type { Node } from './node.ts'
import { dim, sameShape } from './shape.ts'

export function reshape(g: Graph, x: Node, shape: Shape): Node {
  if (sameShape(x.shape, shape)) return x
  if (x.op.kind === 'splat') return g.splat(x.op.value, x.dtype, shape)
  if (x.op.kind === 'reshape') return reshape(g, only(x), shape)
  if (x.op.kind === 'randomMask') return g.node(x.op, x.inputs, x.dtype, shape)
  if (x.op.kind === 'cast') return cast(g, reshape(g, only(x), shape), x.dtype)
  if (x.op.kind === 'broadcast' && sizeOf(only(x).shape) === 1)
    return broadcast(g, reshape(g, only(x), []), shape)
  return g.node({ kind: 'reshape' }, [x], x.dtype, shape)
}

export function transpose(g: Graph, x: Node, perm: readonly number[]): Node {
  const shape = perm.map((axis) => dim(x.shape, axis))
  if (x.op.kind === 'splat') return g.splat(x.op.value, x.dtype, shape)
  if (x.op.kind === 'transpose') {
    const inner = x.op.perm
    return transpose(
      g,
      only(x),
      perm.map((axis) => dim(inner, axis)),
    )
  }
  if (x.op.kind === 'cast') return cast(g, transpose(g, only(x), perm), x.dtype)
  // Axes of size one may move freely: the elements keep their order.
  const moved = perm.filter((axis) => dim(x.shape, axis) !== 1)
  if (moved.every((axis, i) => i === 0 || axis > dim(moved, i - 1))) return reshape(g, x, shape)
  return g.node({ kind: 'transpose', perm }, [x], x.dtype, shape)
}

/** Every `strides[i]`-th element from `begin[i]` on, `shape[i]` of them; a stride may be negative. */
export function slice(
  g: Graph,
  x: Node,
  begin: readonly number[],
  shape: Shape,
  strides: readonly number[] = shape.map(() => 1),
): Node {
  if (x.op.kind === 'splat') return g.splat(x.op.value, x.dtype, shape)
  if (sameShape(x.shape, shape) && strides.every((s) => s === 1)) return x
  if (x.op.kind === 'cast') return cast(g, slice(g, only(x), begin, shape, strides), x.dtype)
  return g.node({ kind: 'slice', begin, strides }, [x], x.dtype, shape)
}

/** The elements in reverse order along the axes. */
export function reverse(g: Graph, x: Node, axes: readonly number[]): Node {
  const flipped = x.shape.map((n, i) => axes.includes(i) && n > 1)
  return slice(
    g,
    x,
    x.shape.map((n, i) => (flipped[i] ? n - 1 : 0)),
    x.shape,
    flipped.map((f) => (f ? -1 : 1)),
  )
}

export function concat(g: Graph, parts: readonly Node[], axis: number): Node {
  const filled = parts.filter((p) => sizeOf(p.shape) > 0)
  const first = filled[0] ?? parts[0]
  if (!first) throw new RangeError('nothing to concatenate')
  if (filled.length <= 1) return first
  const shape = first.shape.map((n, i) =>
    i === axis ? filled.reduce((sum, p) => sum + dim(p.shape, axis), 0) : n,
  )
  return g.node({ kind: 'concat', axis }, filled, first.dtype, shape)
}

export function pad(
  g: Graph,
  x: Node,
  before: readonly number[],
  after: readonly number[],
  value: number,
): Node {
  const shape = x.shape.map((n, i) => n + dim(before, i) + dim(after, i))
  if (sameShape(x.shape, shape)) return x
  return g.node({ kind: 'pad', before, after, value }, [x], x.dtype, shape)
}

export function tile(g: Graph, x: Node, reps: readonly number[]): Node {
  const shape = x.shape.map((n, i) => n * dim(reps, i))
  if (x.shape.every((n, i) => n === 1 || reps[i] === 1)) return broadcast(g, x, shape)
  return g.node({ kind: 'tile', reps }, [x], x.dtype, shape)
}

/**
 * Slices of `x` along `axis`, one for every index; the indices' shape takes the axis' place.
 * Element-wise work on `x` is done after gathering, so that a data set stays as small as it was stored.
 */
export function gather(g: Graph, x: Node, indices: Node, axis: number): Node {
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)]
  if (x.op.kind === 'splat') return g.splat(x.op.value, x.dtype, shape)
  if (x.op.kind === 'cast') return cast(g, gather(g, only(x), indices, axis), x.dtype)
  if (sizeOf(shape) < sizeOf(x.shape)) {
    if (x.op.kind === 'unary') return unary(g, x.op.fn, gather(g, only(x), indices, axis))
    if (x.op.kind === 'clip') return clip(g, gather(g, only(x), indices, axis), x.op.min, x.op.max)
    const [a, b] = x.inputs
    if (x.op.kind === 'binary' && a && b) {
      if (sizeOf(b.shape) === 1 && sameShape(a.shape, x.shape))
        return binary(g, x.op.fn, gather(g, a, indices, axis), reshape(g, b, []))
      if (sizeOf(a.shape) === 1 && sameShape(b.shape, x.shape))
        return binary(g, x.op.fn, reshape(g, a, []), gather(g, b, indices, axis))
    }
  }
  return g.node({ kind: 'gather', axis }, [x, indices], x.dtype, shape)
}

/** Elements or slices of `x` at the index tuples in the last axis of `indices`. */
export function gatherNd(g: Graph, x: Node, indices: Node): Node {
  const depth = dim(indices.shape, indices.shape.length - 1)
  const shape = [...indices.shape.slice(0, -1), ...x.shape.slice(depth)]
  if (x.op.kind === 'cast') return cast(g, gatherNd(g, only(x), indices), x.dtype)
  return g.node({ kind: 'gatherNd' }, [x, indices], x.dtype, shape)
}

/** `x` with `updates` added at the index tuples in the last axis of `indices`. */
export function scatterAdd(g: Graph, x: Node, indices: Node, updates: Node): Node {
  return g.node({ kind: 'scatterAdd' }, [x, indices, updates], x.dtype, x.shape)
}
