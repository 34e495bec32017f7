import { sizeOf, type DType } from '../../values/host-tensor.ts'
import type { Precision } from '../../values/precision.ts'
import type { Node } from '../graph/node.ts'
import { reachable } from '../graph/reachable.ts'
import { inHalfPrecision } from './half-precision.ts'
import { encodeModel, type GraphProto } from './proto.ts'
import { Scope } from './scope.ts'
import { plan, valueOf, write } from './write.ts'

/** A model and the names under which it takes inputs and gives outputs, in the order of their entries. */
export interface Model {
  readonly bytes: Uint8Array
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** Bytes of everything that a run computes, a loop's step counted once. */
  readonly computed: number
}

/** A recorded function as an ONNX model. */
export function programModel(
  name: string,
  inputs: readonly Node[],
  results: readonly Node[],
  precision: Precision = 'float32',
): Model {
  const scope = Scope.of({ dialect: 'cpu' })
  const given = inputs.map((node) => {
    const input = scope.fresh()
    scope.bind(node, input)
    return scope.info(input, node)
  })
  const nodes = reachable(results)
  write(scope, plan(nodes, new Set(results)))
  const made = resultNames(scope, results)
  const infos = results.map((node, i) => scope.info(made[i] as string, node))
  return {
    bytes: encoded(scope.finish(name, given, infos), precision),
    inputs: given.map((v) => v.name),
    outputs: made,
    computed: computedBytes(nodes),
  }
}

const BYTES: Readonly<Record<DType, number>> = { float32: 4, int32: 4, uint8: 1, bool: 1 }

/** Bytes of the values of nodes, but for those that are given or take no memory of their own. */
export function computedBytes(nodes: readonly Node[]): number {
  const made = nodes.filter(({ op }) => !['input', 'constant', 'splat', 'reshape'].includes(op.kind))
  return made.reduce((sum, n) => sum + sizeOf(n.shape) * BYTES[n.dtype], 0)
}

/**
 * A name of its own for every result, in the shapes asked for: ONNX outputs are neither inputs nor constants, and
 * none is there twice.
 */
export function resultNames(
  scope: Scope,
  results: readonly Node[],
  shapes: readonly (readonly number[])[] = results.map((n) => n.shape),
): string[] {
  const taken = new Set<string>()
  return results.map((node, i) => {
    const value = valueOf(scope, node, shapes[i])
    const name = scope.makes(value) && !taken.has(value) ? value : scope.emit('Identity', [value])
    taken.add(name)
    return name
  })
}

/** Models are written for float32. */
const IN: Readonly<Record<Precision, (graph: GraphProto) => GraphProto>> = {
  float32: (graph) => graph,
  float16: inHalfPrecision,
}

export function encoded(graph: GraphProto, precision: Precision = 'float32'): Uint8Array {
  // 20 and 9 are the newest that every runtime of the last years reads and that have all ops in use here.
  const opsets = { '': 20, 'com.microsoft': 1 }
  return encodeModel({ irVersion: 9, producer: 'prune-bench', opsets, graph: IN[precision](graph) })
}
