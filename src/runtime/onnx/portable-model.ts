import type { HostTensor, Shape } from '../../values/host-tensor.ts'
import type { Node } from '../graph/node.ts'
import type { Entry } from '../tree.ts'
import { encodeModel, type GraphProto, type ValueInfo } from './proto.ts'
import { Scope } from './scope.ts'
import { reachable } from '../graph/reachable.ts'
import { plainPlan, valueOf, write } from './write.ts'

const PRIMES = [4093, 4099, 4111, 4127, 4129]

/**
 * The size that an axis of any length is recorded with: a prime that divides no axis of these shapes, so that a size is a
 * multiple of it exactly where it grows with that axis.
 */
export function anySize(shapes: readonly Shape[]): number {
  const sizes = shapes.flat()
  const prime = PRIMES.find((p) => sizes.every((size) => size % p !== 0))
  if (prime === undefined) throw new RangeError(`each of the primes ${PRIMES.join()} divides an axis`)
  return prime
}

/** What goes into a model for other programs, or comes out: its name there, and what it is, for people. */
export interface PortName {
  readonly name: string
  readonly doc: string
}

/** What is told of a model inside its file. */
export interface ModelAbout {
  readonly doc: string
  /** Facts by name, for programs. */
  readonly metadata: Readonly<Record<string, string>>
}

/** A function recorded for other programs: nodes of weights with their values, one input and one output. */
export interface PortableFunction {
  readonly weights: readonly (Entry<Node> & { readonly value: HostTensor })[]
  readonly input: Node
  readonly output: Node
  readonly any: number
}

/**
 * An ONNX model of ONNX' own operators alone, with weights under their names. Sizes that are multiples of `any` grow with
 * the one axis that takes any number, called `batch`.
 */
export function portableModel(
  name: string,
  { weights, input, output, any }: PortableFunction,
  ports: { readonly input: PortName; readonly output: PortName },
  about: ModelAbout,
): Uint8Array {
  const scope = Scope.of({ dialect: 'portable', free: any })
  scope.bind(input, ports.input.name)
  const nodes = reachable([output])
  const used = new Set(nodes)
  for (const { leaf, path, value } of weights)
    if (used.has(leaf)) scope.bind(leaf, scope.constant(value, path))
  write(scope, plainPlan(nodes, new Set([output])))
  // An output of the model must be made by one of its operators.
  const value = valueOf(scope, output)
  const made = scope.makes(value) ? value : scope.emit('Identity', [value])
  const port = (node: Node, { name: its, doc }: PortName): ValueInfo => ({
    ...scope.info(
      its,
      node,
      node.shape.map((size) => (scope.isFree(size) ? 'batch' : size)),
    ),
    doc,
  })
  const graph = scope.finish(name, [port(input, ports.input)], [port(output, ports.output)])
  return encodeModel({
    irVersion: 9,
    producer: 'prune-bench',
    opsets: { '': 20 },
    graph: renamed(graph, made, ports.output.name),
    ...about,
  })
}

/** The graph with another name for a value. */
function renamed(graph: GraphProto, from: string, to: string): GraphProto {
  const name = (value: string) => (value === from ? to : value)
  return {
    ...graph,
    nodes: graph.nodes.map((node) => ({
      ...node,
      inputs: node.inputs.map(name),
      outputs: node.outputs.map(name),
    })),
  }
}
