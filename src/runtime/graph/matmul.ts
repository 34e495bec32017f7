import { sizeOf } from '../../values/host-tensor.ts'
import { broadcast, only } from './elementwise.ts'
import type { Graph } from './graph.ts'
import { reshape } from './layout.ts'
import type { Node } from './node.ts'
import { broadcastShape, dim } from './shape.ts'

/** Matrix product over the last two axes; leading axes broadcast. Transposes of the operands become flags. */
export function matmul(g: Graph, a: Node, b: Node, transposeA: boolean, transposeB: boolean): Node {
  const left = untransposed(a)
  if (left) return matmul(g, left, b, !transposeA, transposeB)
  const right = untransposed(b)
  if (right) return matmul(g, a, right, transposeA, !transposeB)
  const m = dim(a.shape, a.shape.length - (transposeA ? 1 : 2))
  const n = dim(b.shape, b.shape.length - (transposeB ? 2 : 1))
  const batchA = a.shape.slice(0, -2)
  const batchB = b.shape.slice(0, -2)
  const batch = broadcastShape([batchA, batchB])
  const shape = [...batch, m, n]
  if (shape.length > 2 && sizeOf(batchB) === 1 && !transposeA) {
    // One right operand for the whole batch: a single tall product.
    const k = dim(a.shape, a.shape.length - 1)
    const tall = reshape(g, a, [sizeOf(batchA) * m, k])
    const flat = reshape(g, b, b.shape.slice(-2))
    return reshape(g, matmul(g, tall, flat, false, transposeB), shape)
  }
  if (shape.length > 2 && sizeOf(batch) === 1)
    return reshape(
      g,
      matmul(g, reshape(g, a, a.shape.slice(-2)), reshape(g, b, b.shape.slice(-2)), transposeA, transposeB),
      shape,
    )
  return g.node(
    { kind: 'matmul', transposeA, transposeB },
    [materialised(g, a), materialised(g, b)],
    a.dtype,
    shape,
  )
}

// A product needs whole matrices; leading axes may still be repeated lazily by the engine.
function materialised(g: Graph, x: Node): Node {
  if (x.op.kind !== 'broadcast') return x
  const inner = only(x)
  if (inner.shape.length < 2) return x
  const matrix = x.shape.slice(-2)
  return matrix.every((n, i) => n === inner.shape[inner.shape.length - 2 + i])
    ? broadcast(g, inner, inner.shape)
    : x
}

function untransposed(x: Node): Node | undefined {
  if (x.op.kind !== 'transpose') return undefined
  const rank = x.shape.length
  const swaps = x.op.perm.every(
    (axis, i) => axis === (i === rank - 2 ? rank - 1 : i === rank - 1 ? rank - 2 : i),
  )
  return swaps ? only(x) : undefined
}
