import * as tf from '@tensorflow/tfjs-core'
import type { HostTensor } from '../../values/host-tensor.ts'
import type { Problem } from '../../values/problem.ts'
import { Graph } from '../graph/graph.ts'
import type { Node } from '../graph/node.ts'
import { dtypeOf, seenAs } from './dtype.ts'
import { placedProblem } from './words.ts'

/** One function being recorded: the graph so far, and which tensor stands for which node. */
export class Recording {
  readonly graph: Graph
  private readonly name: string
  private readonly nodes = new Map<object, Node>()
  /** The first thing the function did that a compiled function must not do, even if it caught the error. */
  private first: Problem | undefined

  constructor(name: string, graph = new Graph()) {
    this.name = name
    this.graph = graph
  }

  get problem(): Problem | undefined {
    return this.first
  }

  get size(): number {
    return this.nodes.size
  }

  /** Makes the problem of something the function must not do, with the place in the author's code. */
  readonly refuse = (what: string, hint: string): Problem => {
    const problem = placedProblem(`${this.name}: ${what}`, hint, new Error().stack)
    this.first ??= problem
    return problem
  }

  /** A tensor for a node. */
  tensorInfo(node: Node): tf.TensorInfo {
    const dataId = {}
    this.nodes.set(dataId, node)
    return { dataId, shape: [...node.shape], dtype: seenAs(node.dtype) }
  }

  /** The node of a tensor; refuses tensors that this recording did not make. */
  nodeOf(tensor: tf.TensorInfo): Node {
    const node = this.nodes.get(tensor.dataId)
    if (node) return node
    const what = tensor instanceof tf.Variable ? `the variable ${tensor.name}` : 'a tensor'
    throw this.refuse(
      `uses ${what} of shape [${tensor.shape.join(', ')}] that was made outside of it`,
      'Pass it as an input, or make it inside the function from plain numbers.',
    )
  }

  /** Numbers that the function turns into a tensor. */
  write(values: tf.BackendValues | null, shape: readonly number[], dtype: tf.DataType): object {
    if (values === null) throw this.refuse('makes a tensor without values', 'Use tf.zeros or tf.fill.')
    const type = dtypeOf(dtype)
    const numbers = values as Float32Array | Int32Array | Uint8Array
    const value: HostTensor =
      type === 'float32'
        ? { dtype: type, shape, data: Float32Array.from(numbers) }
        : type === 'int32'
          ? { dtype: type, shape, data: Int32Array.from(numbers) }
          : { dtype: type, shape, data: Uint8Array.from(numbers, (x) => (x === 0 ? 0 : 1)) }
    return this.tensorInfo(this.graph.constant(value)).dataId
  }

  forget(dataId: object): void {
    this.nodes.delete(dataId)
  }
}
