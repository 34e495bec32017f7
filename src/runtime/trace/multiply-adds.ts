import { sizeOf, type TensorSpec } from '../../values/host-tensor.ts'
import { Graph } from '../graph/graph.ts'
import type { Node } from '../graph/node.ts'
import { reachable } from '../graph/reachable.ts'
import type { Named } from '../types.ts'
import { trace } from './trace.ts'

/**
 * How many multiplications a function's convolutions, matrix products and products of elements do with each of its
 * inputs, by path; inputs that none of them takes as they are, whatever their shape, are absent. Places outside of an
 * image count like those in it. Throws a `Problem` of kind `usage` where the function cannot be recorded.
 */
export async function multiplyAdds(
  name: string,
  signature: Named<TensorSpec>,
  fn: (inputs: unknown) => unknown,
): Promise<ReadonlyMap<string, number>> {
  const { inputs, outputs } = await trace(name, signature, fn, new Graph('portable'))
  const paths = new Map(inputs.map(({ leaf, path }) => [leaf, path]))
  const counts = new Map<string, number>()
  for (const node of reachable(outputs.map(({ leaf }) => leaf)))
    for (const operand of node.inputs) {
      const path = paths.get(unshaped(operand))
      const count = multiplicationsOf(node)
      if (path !== undefined && count > 0) counts.set(path, (counts.get(path) ?? 0) + count)
    }
  return counts
}

function multiplicationsOf({ op, inputs, shape }: Node): number {
  const [first, second] = inputs.map((input) => input.shape)
  if (op.kind === 'matmul') return sizeOf(shape) * (first?.at(op.transposeA ? -2 : -1) as number)
  if (op.kind === 'convolution') return sizeOf(shape) * sizeOf(second?.slice(0, 3) ?? [])
  return op.kind === 'binary' && op.fn === 'mul' ? sizeOf(shape) : 0
}

/** What is only given another shape, type or order of its axes. */
function unshaped(node: Node): Node {
  const [input] = node.inputs
  return input && ['reshape', 'transpose', 'cast'].includes(node.op.kind) ? unshaped(input) : node
}
