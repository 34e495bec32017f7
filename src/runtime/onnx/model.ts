import type { Node } from '../graph/node.ts'
import type { Entry } from '../tree.ts'
import { encodeModel, type GraphProto, type ValueInfo } from './proto.ts'
import { Scope, valueInfo } from './scope.ts'
import { reachable, writeNodes } from './write.ts'

/** A model and the names under which it takes inputs and gives outputs, in the order of their entries. */
export interface Model {
  readonly bytes: Uint8Array
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
}

/** A recorded function as an ONNX model. */
export function programModel(
  name: string,
  inputs: readonly Entry<Node>[],
  outputs: readonly Entry<Node>[],
): Model {
  const scope = new Scope('n')
  const given = inputs.map(({ leaf }) => bindInput(scope, leaf))
  const results = outputs.map((o) => o.leaf)
  writeNodes(scope, reachable(results), new Set(results), (node) => nameIn(scope, node))
  const made = resultNames(scope, results)
  return {
    bytes: encoded(scope.finish(name, given, infos(made, results))),
    inputs: given.map((v) => v.name),
    outputs: made,
  }
}

/** Gives an input of the model a name. */
export function bindInput(
  scope: Scope,
  node: Node,
  info: (name: string) => ValueInfo = (name) => valueInfo(name, node),
): ValueInfo {
  const name = scope.fresh()
  scope.bind(node, name)
  return info(name)
}

export function nameIn(scope: Scope, node: Node): string {
  const name = scope.nameOf(node)
  if (name === undefined) throw new RangeError(`${node.op.kind} ${node.id} is used before it is written`)
  return name
}

/** A name of its own for every result: ONNX outputs are neither inputs nor constants, and none is there twice. */
export function resultNames(
  scope: Scope,
  results: readonly Node[],
  find = (node: Node) => nameIn(scope, node),
): string[] {
  const taken = new Set<Node>()
  return results.map((node) => {
    const computed = node.inputs.length > 0 && scope.nameOf(node) !== undefined && !taken.has(node)
    taken.add(node)
    return computed ? find(node) : scope.emit('Identity', [find(node)])
  })
}

export function infos(names: readonly string[], nodes: readonly Node[]): ValueInfo[] {
  return nodes.map((node, i) => valueInfo(names[i] as string, node))
}

export function encoded(graph: GraphProto): Uint8Array {
  // 20 and 9 are the newest that every runtime of the last years reads and that have all ops in use here.
  const opsets = { '': 20, 'com.microsoft': 1 }
  return encodeModel({ irVersion: 9, producer: 'prune-bench', opsets, graph })
}
