import type { DType, HostTensor, Shape } from '../../values/host-tensor.ts'
import { sizeOf } from '../../values/host-tensor.ts'
import type { Node, Op } from './node.ts'

/** Constants up to this many elements are compared by value; larger ones by identity. */
const COMPARED = 4096

/** What a graph is for. */
export type Dialect =
  /** An engine on a processor. */
  | 'cpu'
  /** An engine on a GPU: operations that are computed there. */
  | 'gpu'
  /** Other programs: convolutions and poolings stay whole, as those know them. */
  | 'portable'

/** The nodes of one recorded function. Equal computations are one node. */
export class Graph {
  readonly dialect: Dialect
  private readonly known = new Map<string, Node>()
  private readonly identities = new WeakMap<object, number>()
  private count = 0

  constructor(dialect: Dialect = 'cpu') {
    this.dialect = dialect
  }

  get portable(): boolean {
    return this.dialect === 'portable'
  }

  /** The node of this computation: an existing one if the same was recorded before. */
  node(op: Op, inputs: readonly Node[], dtype: DType, shape: Shape): Node {
    const known = this.recorded(op, inputs, dtype, shape)
    if (known) return known
    const node: Node = { id: this.count++, op, inputs, dtype, shape }
    this.known.set(this.key(op, inputs, dtype, shape), node)
    return node
  }

  /** The node of this computation if it was recorded before. */
  recorded(op: Op, inputs: readonly Node[], dtype: DType, shape: Shape): Node | undefined {
    return this.known.get(this.key(op, inputs, dtype, shape))
  }

  private key(op: Op, inputs: readonly Node[], dtype: DType, shape: Shape): string {
    return `${this.keyOf(op)}|${inputs.map((n) => n.id).join()}|${dtype}|${shape.join()}`
  }

  /** A tensor that the caller gives; every call makes a new one. */
  input(dtype: DType, shape: Shape): Node {
    return { id: this.count++, op: { kind: 'input' }, inputs: [], dtype, shape }
  }

  /** A tensor filled with one number. */
  splat(value: number, dtype: DType, shape: Shape): Node {
    return this.node({ kind: 'splat', value: rounded(value, dtype) }, [], dtype, shape)
  }

  /** A tensor known while recording; filled with one number, it is a splat. */
  constant(value: HostTensor): Node {
    const first = value.data[0]
    if (first !== undefined && value.data.every((x) => Object.is(x, first)))
      return this.splat(first, value.dtype, value.shape)
    return this.node({ kind: 'constant', value }, [], value.dtype, value.shape)
  }

  private keyOf(op: Op): string {
    if (op.kind === 'splat') return `splat ${Object.is(op.value, -0) ? '-0' : op.value}`
    if (op.kind !== 'constant') return JSON.stringify(op, numberText)
    const { data, shape } = op.value
    if (sizeOf(shape) <= COMPARED) return `constant ${data.join()}`
    let identity = this.identities.get(data)
    if (identity === undefined) this.identities.set(data, (identity = this.count))
    return `constant #${identity}`
  }
}

// JSON has no infinities, and they bound clips.
function numberText(_name: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
}

/** A number as an element type stores it. */
export function rounded(value: number, dtype: DType): number {
  switch (dtype) {
    case 'float32':
      return Math.fround(value)
    case 'bool':
      return value === 0 ? 0 : 1
    case 'int32':
      return value | 0
    case 'uint8':
      return value & 255
  }
}
