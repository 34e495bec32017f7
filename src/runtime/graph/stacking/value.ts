import { broadcast } from '../elementwise.ts'
import type { Graph } from '../graph.ts'
import { reshape } from '../layout.ts'
import type { Node, OpKind, OpOf } from '../node.ts'

/** What a node becomes when many members are computed at once: one tensor for all of them, or one with a leading axis of members. */
export interface Value {
  readonly node: Node
  readonly perMember: boolean
}

/** Where members are stacked, and how many. */
export interface Stacking {
  readonly g: Graph
  readonly members: number
}

/** What a node computes for all members; `inputs` are its own, and one of them at least is different for every member. */
export type Stack<K extends OpKind> = (
  stacking: Stacking,
  node: Node,
  op: OpOf<K>,
  inputs: readonly Value[],
) => Node

/** A value with a leading axis of members, repeated along it if it is the same for all. */
export function whole({ g, members }: Stacking, { node, perMember }: Value): Node {
  return perMember ? node : broadcast(g, node, [members, ...node.shape])
}

/** A value that meets others of so many axes: those it lacks come after that of the members, not before. */
export function aligned({ g, members }: Stacking, { node, perMember }: Value, axes: number): Node {
  if (!perMember) return node
  const own = node.shape.slice(1)
  return reshape(g, node, [members, ...Array.from({ length: axes - own.length }, () => 1), ...own])
}
