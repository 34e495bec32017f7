import type { HostTensor, Shape } from '../../values/host-tensor.ts'
import { Problem } from '../../values/problem.ts'
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

const RANGES: Readonly<Record<Exclude<ElementType, 'int64'>, readonly [least: number, most: number]>> = {
  float32: [-Infinity, Infinity],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint8: [0, 255],
  uint32: [0, 2 ** 32 - 1],
  bool: [0, 1],
}

const STORAGE = {
  float32: Float32Array,
  int32: Int32Array,
  uint8: Uint8Array,
  uint32: Uint32Array,
  bool: Uint8Array,
} as const

/**
 * An ONNX graph being written: the model's own, or the body of a Scan, which sees the values of the graph around it.
 * A node's value may stand here in several shapes; they differ in how its elements are counted, not in their order.
 */
export class Scope {
  readonly parent: Scope | undefined
  private readonly prefix: string
  private readonly nodes: NodeProto[] = []
  private readonly made = new Set<string>()
  private readonly initializers = new Map<string, TensorProto>()
  private readonly names = new Map<Node, Map<string, string>>()
  private count = 0
  /** A size that stands for any: all its multiples are known only when the model runs. */
  private readonly free: number | undefined

  /** With a free size it is a model for other programs. */
  constructor(parent?: Scope, free?: number) {
    this.parent = parent
    this.free = free
    // Names of the graph around may be captured, so they must not occur again inside.
    this.prefix = parent === undefined ? 'v' : `${parent.fresh()}_`
  }

  /** The name of a node's value in a shape, here or in a graph around. */
  find(node: Node, shape: Shape): string | undefined {
    return this.names.get(node)?.get(shape.join()) ?? this.parent?.find(node, shape)
  }

  /** The name of a node's value in whatever shape it has. */
  findAny(node: Node): string | undefined {
    return this.names.get(node)?.values().next().value ?? this.parent?.findAny(node)
  }

  bind(node: Node, name: string, shape: Shape = node.shape): void {
    const shapes = this.names.get(node) ?? new Map<string, string>()
    this.names.set(node, shapes.set(shape.join(), name))
  }

  /** Whether an operation of this very graph has the value as its output. */
  makes(name: string): boolean {
    return this.made.has(name)
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
    for (const name of names) this.made.add(name)
    this.nodes.push({ opType, domain, inputs, outputs: names, attributes: encoded })
    return names
  }

  /** A list of sizes, axes or the like, which ONNX wants as int64. */
  int64s(values: readonly number[], dims: readonly number[] = [values.length]): string {
    const raw = new Uint8Array(BigInt64Array.from(values, BigInt).buffer)
    return this.initializer(`int64 ${dims.join()} ${values.join()}`, { type: 'int64', dims, raw })
  }

  get portable(): boolean {
    return this.free !== undefined
  }

  /** Whether a size is only known when the model runs. */
  isFree(size: number): boolean {
    return this.free !== undefined && size > 0 && size % this.free === 0
  }

  /** Sizes to reshape to; one that is free is what is left. */
  target(shape: Shape): string {
    const free = shape.filter((size) => this.isFree(size)).length
    if (free > 1) this.known(shape)
    return this.int64s(shape.map((size) => (this.isFree(size) ? -1 : size)))
  }

  /** Sizes that must be known when the model is written. Throws a `Problem` of kind `usage` for free ones. */
  known(sizes: readonly number[]): string {
    if (sizes.some((size) => this.isFree(size)))
      throw new Problem('usage', 'the network cannot be written for any number of images', {
        hint: 'its forward function fills or repeats a tensor as often as there are images: let it broadcast instead',
      })
    return this.int64s(sizes)
  }

  /** A single number of a tensor type; what lies beyond an integer type, as infinite bounds do, is its nearest. */
  scalar(given: number, type: Exclude<ElementType, 'int64'>): string {
    const [least, most] = RANGES[type]
    const value = Math.min(Math.max(given, least), most)
    const text = Object.is(value, -0) ? '-0' : String(value)
    const raw = STORAGE[type].of(value)
    return this.initializer(`${type} ${text}`, { type, dims: [], raw: new Uint8Array(raw.buffer) })
  }

  constant(value: HostTensor, name = this.fresh()): string {
    const { data } = value
    const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
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

/** A node's type under a name, in its own shape or in another. */
export function valueInfo(name: string, node: Node, shape: readonly Dimension[] = node.shape): ValueInfo {
  return { name, type: node.dtype, shape }
}

function attributeOf(value: Attributes[string]): Attribute {
  if (typeof value === 'number') return { type: 'int', value }
  if (typeof value === 'string') return { type: 'string', value }
  if ('float' in value) return { type: 'float', value: value.float }
  if ('graph' in value) return { type: 'graph', value: value.graph }
  return { type: 'ints', value }
}
