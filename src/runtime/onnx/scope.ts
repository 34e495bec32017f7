import type { HostTensor } from '../../values/host-tensor.ts'
import type { Node } from '../graph/node.ts'
import type {
  Attribute,
  Dimension,
  ElementType,
  GraphProto,
  NodeProto,
  TensorProto,
  ValueInfo,
} from './proto.ts'

/** Attributes as numbers, lists and texts; `float` says that a number is no integer. */
export type Attributes = Readonly<
  Record<
    string,
    number | string | readonly number[] | { readonly float: number } | { readonly graph: GraphProto }
  >
>

/** An ONNX graph being written. Names are unique within a model because every scope has its own prefix. */
export class Scope {
  private readonly prefix: string
  private readonly nodes: NodeProto[] = []
  private readonly initializers = new Map<string, TensorProto>()
  private readonly names = new Map<Node, string>()
  private count = 0

  constructor(prefix: string) {
    this.prefix = prefix
  }

  /** The name of a node's value here, if it has one already. */
  nameOf(node: Node): string | undefined {
    return this.names.get(node)
  }

  bind(node: Node, name: string): void {
    this.names.set(node, name)
  }

  fresh(): string {
    return `${this.prefix}${this.count++}`
  }

  /** Adds an operation with one output and returns the output's name. */
  emit(opType: string, inputs: readonly string[], attributes: Attributes = {}, domain = ''): string {
    const [output] = this.emitAll(opType, inputs, attributes, 1, domain)
    return output as string
  }

  emitAll(
    opType: string,
    inputs: readonly string[],
    attributes: Attributes,
    outputs: number,
    domain = '',
  ): string[] {
    const names = Array.from({ length: outputs }, () => this.fresh())
    const encoded = Object.fromEntries(Object.entries(attributes).map(([k, v]) => [k, attributeOf(v)]))
    this.nodes.push({ opType, domain, inputs, outputs: names, attributes: encoded })
    return names
  }

  /** A list of sizes, axes or the like, which ONNX wants as int64. */
  int64s(values: readonly number[], dims: readonly number[] = [values.length]): string {
    const raw = new Uint8Array(BigInt64Array.from(values, BigInt).buffer)
    return this.initializer(`int64 ${dims.join()} ${values.join()}`, { type: 'int64', dims, raw })
  }

  /** A single number of a tensor type. */
  scalar(value: number, type: Exclude<ElementType, 'int64'>): string {
    const text = Object.is(value, -0) ? '-0' : String(value)
    const raw =
      type === 'float32'
        ? Float32Array.of(value)
        : type === 'int32'
          ? Int32Array.of(value)
          : Uint8Array.of(value)
    return this.initializer(`${type} ${text}`, { type, dims: [], raw: new Uint8Array(raw.buffer) })
  }

  constant(value: HostTensor): string {
    const { data } = value
    const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    const name = this.fresh()
    this.initializers.set(name, { name, type: value.dtype, dims: value.shape, raw })
    return name
  }

  private initializer(key: string, tensor: Omit<TensorProto, 'name'>): string {
    const known = this.initializers.get(key)
    if (known) return known.name
    const name = this.fresh()
    this.initializers.set(key, { ...tensor, name })
    return name
  }

  finish(name: string, inputs: readonly ValueInfo[], outputs: readonly ValueInfo[]): GraphProto {
    return { name, nodes: this.nodes, initializers: [...this.initializers.values()], inputs, outputs }
  }
}

/** A node's type under a name, with a leading axis if it has one more than the node. */
export function valueInfo(name: string, node: Node, leading: readonly Dimension[] = []): ValueInfo {
  return { name, type: node.dtype, shape: [...leading, ...node.shape] }
}

function attributeOf(value: Attributes[string]): Attribute {
  if (typeof value === 'number') return { type: 'int', value }
  if (typeof value === 'string') return { type: 'string', value }
  if ('float' in value) return { type: 'float', value: value.float }
  if ('graph' in value) return { type: 'graph', value: value.graph }
  return { type: 'ints', value }
}
