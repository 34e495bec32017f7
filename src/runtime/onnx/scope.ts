import type { DType, HostTensor, Shape } from '../../values/host-tensor.ts'
import { Problem } from '../../values/problem.ts'
import type { Dialect } from '../graph/graph.ts'
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

const RANGES: Readonly<
  Record<Exclude<ElementType, 'int64' | 'float16'>, readonly [least: number, most: number]>
> = {
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

/** How a model is written; a free size stands for any, in models for other programs. */
export interface Writing {
  readonly dialect: Dialect
  readonly free?: number
}

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
  private readonly words = new Map<Node, string>()
  private count = 0
  private readonly writing: Writing

  private constructor(writing: Writing, parent: Scope | undefined) {
    this.writing = writing
    this.parent = parent
    // Names of the graph around may be captured, so they must not occur again inside.
    this.prefix = parent === undefined ? 'v' : `${parent.fresh()}_`
  }

  /** A model's own graph. */
  static of(writing: Writing): Scope {
    return new Scope(writing, undefined)
  }

  /** The body of one of this graph's operations. */
  inner(): Scope {
    return new Scope(this.writing, this)
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

  /** Says that a node's bytes are here as words of four. */
  bindWords(node: Node, name: string): void {
    this.words.set(node, name)
  }

  /** The name of a node's bytes as words [rows, bytes of a row / 4], here or in a graph around. */
  findWords(node: Node): string | undefined {
    return this.words.get(node) ?? this.parent?.findWords(node)
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

  /** Adds an operation that gives a value under another name. */
  copy(from: string, to: string): void {
    this.nodes.push({ opType: 'Identity', domain: '', inputs: [from], outputs: [to], attributes: {} })
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
    return this.writing.dialect === 'portable'
  }

  get gpu(): boolean {
    return this.writing.dialect === 'gpu'
  }

  /** How elements of a type are kept in this model. */
  typeOf(dtype: DType): Exclude<ElementType, 'int64' | 'float16'> {
    return this.gpu && dtype === 'uint8' ? 'int32' : dtype
  }

  /** A node's type under a name, in its own shape or in another. */
  info(name: string, { dtype, shape }: Node, like: readonly Dimension[] = shape): ValueInfo {
    return { name, type: this.typeOf(dtype), shape: like }
  }

  /** Whether a size is only known when the model runs: it is a multiple of the one that stands for any. */
  isFree(size: number): boolean {
    const { free } = this.writing
    return free !== undefined && size > 0 && size % free === 0
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
  scalar(given: number, type: Exclude<ElementType, 'int64' | 'float16'>): string {
    const [least, most] = RANGES[type]
    const value = Math.min(Math.max(given, least), most)
    const text = Object.is(value, -0) ? '-0' : String(value)
    const raw = STORAGE[type].of(value)
    return this.initializer(`${type} ${text}`, { type, dims: [], raw: new Uint8Array(raw.buffer) })
  }

  /** A list of numbers of 32 bits without a sign, which a recorded function has not. */
  uint32s(values: readonly number[], dims: readonly number[] = [values.length]): string {
    const raw = new Uint8Array(Uint32Array.from(values).buffer)
    return this.initializer(`uint32 ${dims.join()} ${values.join()}`, { type: 'uint32', dims, raw })
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

function attributeOf(value: Attributes[string]): Attribute {
  if (typeof value === 'number') return { type: 'int', value }
  if (typeof value === 'string') return { type: 'string', value }
  if ('float' in value) return { type: 'float', value: value.float }
  if ('graph' in value) return { type: 'graph', value: value.graph }
  return { type: 'ints', value }
}
