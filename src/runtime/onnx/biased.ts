import { sizeOf } from '../../values/host-tensor.ts'
import type { Node } from '../graph/node.ts'
import type { Scope } from './scope.ts'

/** A sum that one Gemm can do: a matrix product and what is added to it. */
export interface Biased {
  readonly product: Node
  readonly bias: Node
}

/** Sums `product + bias` among candidates, whose product no other node of the plan uses, by the node of the sum. */
export function biasedProducts(
  candidates: readonly Node[],
  nodes: readonly Node[],
  results: ReadonlySet<Node>,
): Map<Node, Biased> {
  const uses = new Map<Node, number>()
  for (const node of nodes) for (const input of node.inputs) uses.set(input, (uses.get(input) ?? 0) + 1)
  const here = new Set(candidates)
  const isOwn = (product: Node): boolean =>
    product.op.kind === 'matmul' && uses.get(product) === 1 && here.has(product) && !results.has(product)
  const found = new Map<Node, Biased>()
  for (const sum of candidates) {
    if (sum.op.kind !== 'binary' || sum.op.fn !== 'add' || sum.dtype !== 'float32' || sum.shape.length !== 2)
      continue
    const product = sum.inputs.find((n) => isOwn(n) && sizeOf(n.shape) === sizeOf(sum.shape))
    const bias = sum.inputs.find((n) => n !== product)
    if (product && bias && bias.op.kind !== 'splat') found.set(sum, { product, bias })
  }
  return found
}

export function writeBiased(scope: Scope, { product, bias }: Biased, name: (node: Node) => string): string {
  const { op } = product
  if (op.kind !== 'matmul') throw new RangeError(`${op.kind} is no product`)
  const flags = { transA: op.transposeA ? 1 : 0, transB: op.transposeB ? 1 : 0 }
  return scope.emit('Gemm', [...product.inputs, bias].map(name), flags)
}
