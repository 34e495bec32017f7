import { sizeOf } from '../../values/host-tensor.ts'
import type { Node, OpKind } from '../graph/node.ts'
import { lowerings, type Lower } from './lower.ts'
import type { Scope } from './scope.ts'

/** The nodes that these need, inputs before their consumers. */
export function reachable(outputs: readonly Node[]): Node[] {
  const seen = new Set<Node>()
  const open = [...outputs]
  for (let node = open.pop(); node; node = open.pop()) {
    if (seen.has(node)) continue
    seen.add(node)
    open.push(...node.inputs)
  }
  return [...seen].sort((a, b) => a.id - b.id)
}

/** How the value of an input of `node` is called where `node` is written. */
export type Find = (input: Node) => string

/**
 * Writes nodes in their order into a scope. A bias added to a product of its own becomes part of the product.
 * `results` are needed as they are and never become part of something else.
 */
export function writeNodes(
  scope: Scope,
  nodes: readonly Node[],
  results: ReadonlySet<Node>,
  find: Find,
): void {
  const products = absorbedProducts(nodes, results)
  const absorbed = new Set([...products.values()].map(({ product }) => product))
  for (const node of nodes) {
    if (absorbed.has(node) || scope.nameOf(node) !== undefined) continue
    const biased = products.get(node)
    const name = biased
      ? writeBiased(scope, biased, find)
      : (lowerings[node.op.kind] as Lower<OpKind>)(scope, node, node.op, node.inputs.map(find))
    scope.bind(node, name)
  }
}

interface Biased {
  readonly product: Node
  readonly bias: Node
}

/** Sums `product + bias` that one Gemm can do, by the node of the sum. */
function absorbedProducts(nodes: readonly Node[], results: ReadonlySet<Node>): Map<Node, Biased> {
  const uses = new Map<Node, number>()
  for (const node of nodes) for (const input of node.inputs) uses.set(input, (uses.get(input) ?? 0) + 1)
  const here = new Set(nodes)
  const found = new Map<Node, Biased>()
  for (const sum of nodes) {
    if (sum.op.kind !== 'binary' || sum.op.fn !== 'add' || sum.dtype !== 'float32' || sum.shape.length !== 2)
      continue
    const [a, b] = sum.inputs as [Node, Node]
    for (const [product, bias] of [
      [a, b],
      [b, a],
    ] as const) {
      const own =
        product.op.kind === 'matmul' && uses.get(product) === 1 && here.has(product) && !results.has(product)
      if (
        !own ||
        sizeOf(product.shape) !== sizeOf(sum.shape) ||
        product.shape.length !== 2 ||
        bias.op.kind === 'splat'
      )
        continue
      found.set(sum, { product, bias })
      break
    }
  }
  return found
}

function writeBiased(scope: Scope, { product, bias }: Biased, find: Find): string {
  const op = product.op
  if (op.kind !== 'matmul') throw new RangeError(`${op.kind} is no product`)
  const flags = { transA: op.transposeA ? 1 : 0, transB: op.transposeB ? 1 : 0 }
  return scope.emit('Gemm', [...product.inputs, bias].map(find), flags)
}
