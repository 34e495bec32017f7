import type { Graph } from '../graph/graph.ts'
import type { Node } from '../graph/node.ts'

/** What a tfjs kernel records: its outputs as nodes of the graph, from its inputs and attributes. */
export type Rule = (
  g: Graph,
  inputs: Readonly<Record<string, Node>>,
  attrs: unknown,
) => Node | readonly Node[]
/** Rules by the name of the tfjs kernel. */
export type Rules = Readonly<Record<string, Rule>>

/** The rule of a kernel with these inputs and attributes, in tfjs' own types. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- they cannot be inferred: the table knows no kernel's types
export function rule<Inputs, Attrs = unknown>(
  record: (
    g: Graph,
    inputs: { readonly [K in keyof Inputs]-?: Node },
    attrs: Attrs,
  ) => Node | readonly Node[],
): Rule {
  return record as unknown as Rule
}
