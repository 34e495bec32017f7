import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'

/** Element types of onnx.proto's TensorProto.DataType. */
export const ELEMENT = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9, float16: 10, uint32: 12 } as const
export type ElementType = keyof typeof ELEMENT

/** Attribute types of onnx.proto's AttributeProto.AttributeType. */
const ATTRIBUTE = { float: 1, int: 2, string: 3, graph: 5, ints: 7 } as const

/** A size, or the name of one that is only known when the model runs. */
export type Dimension = number | string

export interface TensorProto {
  readonly name: string
  readonly type: ElementType
  readonly dims: readonly number[]
  /** Little-endian elements. */
  readonly raw: Uint8Array
}
export interface ValueInfo {
  readonly name: string
  readonly type: ElementType
  readonly shape: readonly Dimension[]
  /** What it is, for people. */
  readonly doc?: string
}
export type Attribute =
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'int'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'ints'; readonly value: readonly number[] }
  | { readonly type: 'graph'; readonly value: GraphProto }
export interface NodeProto {
  readonly opType: string
  readonly domain: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Readonly<Record<string, Attribute>>
}
export interface GraphProto {
  readonly name: string
  readonly nodes: readonly NodeProto[]
  readonly initializers: readonly TensorProto[]
  readonly inputs: readonly ValueInfo[]
  readonly outputs: readonly ValueInfo[]
}
export interface ModelProto {
  readonly irVersion: number
  readonly producer: string
  /** Version of each operator set by its domain; '' is ONNX' own. */
  readonly opsets: Readonly<Record<string, number>>
  readonly graph: GraphProto
  /** What it is, for people. */
  readonly doc?: string
  /** Facts about it, for programs. */
  readonly metadata?: Readonly<Record<string, string>>
}

/** The bytes of an ONNX model (onnx.proto, numbers of fields as there). */
export function encodeModel(model: ModelProto): Uint8Array {
  const w = new BinaryWriter()
  int(w, 1, model.irVersion)
  text(w, 2, model.producer)
  if (model.doc !== undefined) text(w, 6, model.doc)
  message(w, 7, () => graph(w, model.graph))
  for (const [domain, version] of Object.entries(model.opsets))
    message(w, 8, () => {
      text(w, 1, domain)
      int(w, 2, version)
    })
  for (const [key, value] of Object.entries(model.metadata ?? {}))
    message(w, 14, () => {
      text(w, 1, key)
      text(w, 2, value)
    })
  return w.finish()
}

function graph(w: BinaryWriter, g: GraphProto): void {
  for (const n of g.nodes) message(w, 1, () => node(w, n))
  text(w, 2, g.name)
  for (const t of g.initializers) message(w, 5, () => tensor(w, t))
  for (const v of g.inputs) message(w, 11, () => valueInfo(w, v))
  for (const v of g.outputs) message(w, 12, () => valueInfo(w, v))
}

function node(w: BinaryWriter, n: NodeProto): void {
  for (const input of n.inputs) text(w, 1, input)
  for (const output of n.outputs) text(w, 2, output)
  text(w, 4, n.opType)
  for (const [name, value] of Object.entries(n.attributes)) message(w, 5, () => attribute(w, name, value))
  text(w, 7, n.domain)
}

function attribute(w: BinaryWriter, name: string, a: Attribute): void {
  text(w, 1, name)
  switch (a.type) {
    case 'float':
      w.tag(2, WireType.Bit32).float(a.value)
      break
    case 'int':
      int(w, 3, a.value)
      break
    case 'string':
      text(w, 4, a.value)
      break
    case 'graph':
      message(w, 6, () => graph(w, a.value))
      break
    case 'ints':
      for (const i of a.value) int(w, 8, i)
      break
  }
  int(w, 20, ATTRIBUTE[a.type])
}

function tensor(w: BinaryWriter, t: TensorProto): void {
  for (const n of t.dims) int(w, 1, n)
  int(w, 2, ELEMENT[t.type])
  text(w, 8, t.name)
  w.tag(9, WireType.LengthDelimited).bytes(t.raw)
}

function valueInfo(w: BinaryWriter, v: ValueInfo): void {
  text(w, 1, v.name)
  message(w, 2, () =>
    message(w, 1, () => {
      int(w, 1, ELEMENT[v.type])
      message(w, 2, () => {
        for (const n of v.shape) message(w, 1, () => (typeof n === 'number' ? int(w, 1, n) : text(w, 2, n)))
      })
    }),
  )
  if (v.doc !== undefined) text(w, 3, v.doc)
}

function message(w: BinaryWriter, field: number, body: () => void): void {
  w.tag(field, WireType.LengthDelimited).fork()
  body()
  w.join()
}

function int(w: BinaryWriter, field: number, value: number): void {
  w.tag(field, WireType.Varint).int64(value)
}

function text(w: BinaryWriter, field: number, value: string): void {
  w.tag(field, WireType.LengthDelimited).string(value)
}
