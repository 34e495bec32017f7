import type { Node } from './node.ts'

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
