import type { Lower } from './lower.ts'
import type { Node } from '../graph/node.ts'
import type { Scope } from './scope.ts'

/** Two matrices are one Gemm, batches one FusedMatMul: transposes cost nothing in either. */
export const matmul: Lower<'matmul'> = (scope, node, op, [a = '', b = '']) => {
  const flags = { transA: op.transposeA ? 1 : 0, transB: op.transposeB ? 1 : 0 }
  const matrices = node.shape.length === 2
  // Both engines' fast products are for real numbers, and other programs know that of matrices alone.
  if (node.dtype !== 'float32' || (scope.portable && !matrices)) return plainProduct(scope, node, op, [a, b])
  if (matrices) return scope.emit('Gemm', [a, b], flags)
  return scope.emit('FusedMatMul', [a, b], flags, 'com.microsoft')
}

/** ONNX' own product, of what is transposed before. */
export const plainProduct: Lower<'matmul'> = (scope, node, op, [a = '', b = '']) => {
  const [left, right] = node.inputs as [Node, Node]
  return scope.emit('MatMul', [
    flipped(scope, left, a, op.transposeA),
    flipped(scope, right, b, op.transposeB),
  ])
}

function flipped(scope: Scope, x: Node, name: string, flip: boolean): string {
  if (!flip) return name
  const rank = x.shape.length
  const perm = x.shape.map((_, i) => (i === rank - 2 ? rank - 1 : i === rank - 1 ? rank - 2 : i))
  return scope.emit('Transpose', [name], { perm })
}
