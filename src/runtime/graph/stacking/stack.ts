import type { Graph } from '../graph.ts'
import type { Node, OpKind } from '../node.ts'
import { reachable } from '../reachable.ts'
import { alongAxes } from './layout.ts'
import { elementwise } from './elementwise.ts'
import { indexing } from './indexing.ts'
import { products } from './products.ts'
import { randomMask } from './random-mask.ts'
import type { Stack, Stacking, Value } from './value.ts'

/** How every kind of node is computed for many members at once. What has no inputs is the same for all of them. */
const rules: { readonly [K in OpKind]: Stack<K> } = {
  input: isShared,
  constant: isShared,
  splat: isShared,
  ...elementwise,
  ...alongAxes,
  ...indexing,
  ...products,
  randomMask,
}

/**
 * A recorded function for many members at once, as jax' `vmap`: `inputs` gives those that are different for every member
 * their place with a leading axis of members, all others are shared. Recorded into the same graph, where all that depends
 * on shared inputs alone stays what it is.
 */
export function stack(
  g: Graph,
  members: number,
  inputs: ReadonlyMap<Node, Node>,
  outputs: readonly Node[],
): Value[] {
  const stacking: Stacking = { g, members }
  const values = new Map<Node, Value>()
  const valueOf = (node: Node): Value => {
    const value = values.get(node)
    if (!value) throw new RangeError(`node ${node.id} is used before it is stacked`)
    return value
  }
  for (const node of reachable(outputs)) {
    const given = inputs.get(node)
    const read = node.inputs.map(valueOf)
    if (given) values.set(node, { node: given, perMember: true })
    else if (read.some(({ perMember }) => perMember))
      values.set(node, { node: ruleOf(node)(stacking, node, node.op, read), perMember: true })
    else values.set(node, { node, perMember: false })
  }
  return outputs.map(valueOf)
}

// The table has a rule of the right kind for every node; TypeScript cannot follow the node's kind through it.
function ruleOf(node: Node): Stack<OpKind> {
  return rules[node.op.kind] as Stack<OpKind>
}

function isShared(_: Stacking, node: Node): never {
  throw new RangeError(`${node.op.kind} ${node.id} has no inputs that members could differ in`)
}
