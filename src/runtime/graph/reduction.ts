import { sizeOf } from '../../values/host-tensor.ts'
import { cast } from './elementwise.ts'
import type { Graph } from './graph.ts'
import { reshape } from './layout.ts'
import type { Node, ReduceFn } from './node.ts'
import { dim } from './shape.ts'

/** Sums, means and the like over some axes. Axes of size one cost nothing. */
export function reduce(g: Graph, fn: ReduceFn, x: Node, axes: readonly number[], keepDims: boolean): Node {
  const kept = x.shape.map((n, i) => (axes.includes(i) ? 1 : n))
  const shape = keepDims ? kept : x.shape.filter((_, i) => !axes.includes(i))
  const count = axes.reduce((product, axis) => product * dim(x.shape, axis), 1)
  if (count === 1) return reshape(g, x, shape)
  if (x.op.kind === 'splat' && sizeOf(x.shape) > 0) {
    if (fn === 'sum') return g.splat(x.op.value * count, x.dtype, shape)
    if (fn === 'mean' || fn === 'max' || fn === 'min') return g.splat(x.op.value, x.dtype, shape)
  }
  const sorted = axes.toSorted((a, b) => a - b)
  const last = x.shape.length - 1
  // Image by image, then over images: engines add up many short columns faster than few long ones, and closer.
  if ((fn === 'sum' || fn === 'mean') && last >= 3 && sorted.length === last && !axes.includes(last)) {
    const [images, channels] = [dim(x.shape, 0), dim(x.shape, last)]
    if (images > 1 && count > images) {
      const each = reduce(g, fn, reshape(g, x, [images, count / images, channels]), [1], false)
      return reshape(g, reduce(g, fn, each, [0], false), shape)
    }
  }
  return g.node({ kind: 'reduce', fn, axes: sorted, keepDims }, [x], x.dtype, shape)
}

/** Whether all (or any) of a bool tensor's elements along the axes hold. */
export function reduceLogical(
  g: Graph,
  fn: 'all' | 'any',
  x: Node,
  axes: readonly number[],
  keepDims: boolean,
): Node {
  return cast(g, reduce(g, fn === 'all' ? 'min' : 'max', cast(g, x, 'int32'), axes, keepDims), 'bool')
}

/** Position of the largest or smallest element along an axis, the first of equals. */
export function arg(g: Graph, fn: 'max' | 'min', x: Node, axis: number): Node {
  return g.node(
    { kind: 'arg', fn, axis },
    [x],
    'int32',
    x.shape.filter((_, i) => i !== axis),
  )
}

/** Running sums along an axis. */
export function cumsum(g: Graph, x: Node, axis: number, exclusive: boolean, reverse: boolean): Node {
  return g.node({ kind: 'cumsum', axis, exclusive, reverse }, [x], x.dtype, x.shape)
}

/** The `k` largest elements along the last axis, or where they are, in falling order. */
export function topk(g: Graph, x: Node, k: number, give: 'values' | 'indices'): Node {
  return g.node({ kind: 'topk', k, give }, [x], give === 'values' ? x.dtype : 'int32', [
    ...x.shape.slice(0, -1),
    k,
  ])
}

/** Along the last axis. */
export function softmax(g: Graph, x: Node): Node {
  return g.node({ kind: 'softmax' }, [x], x.dtype, x.shape)
}
