import type { DType, HostTensor, Shape } from '../../values/host-tensor.ts'
import type { Node } from '../graph/node.ts'
import { isPackable, packedShape } from './packed-bytes.ts'

/** How a model for a GPU takes a tensor in: a word holds four bytes of a row. */
export type Form = 'float32' | 'int32' | 'bool' | 'words'

/** How elements are kept in such a model. */
export type Element = 'float32' | 'int32' | 'uint32' | 'bool'

/** The form of what a model's nodes read. */
export function formOf(node: Node): Form {
  return isPackable(node) ? 'words' : elementOf(node.dtype)
}

/** The form of what is also given back: bytes are integers then. */
export function elementOf(dtype: DType): Exclude<Form, 'words'> {
  return dtype === 'uint8' ? 'int32' : dtype
}

/** A tensor in a form; bytes become words where they are, if they begin at one. */
export function formed(
  { data, dtype, shape }: HostTensor,
  form: Form,
): {
  readonly type: Element
  readonly data: Float32Array | Int32Array | Uint32Array | Uint8Array
  readonly shape: Shape
} {
  if (form !== 'words') return { type: form, data: dtype === 'uint8' ? Int32Array.from(data) : data, shape }
  const bytes = data.byteOffset % 4 === 0 ? data : Uint8Array.from(data)
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
  return { type: 'uint32', data: words, shape: packedShape({ shape }) }
}

/** What came out of such a model, in the type that it has elsewhere. */
export function unformed(
  { data, shape }: { readonly data: Float32Array | Int32Array | Uint8Array; readonly shape: Shape },
  dtype: DType,
): HostTensor {
  return { dtype, data: dtype === 'uint8' ? Uint8Array.from(data) : data, shape } as HostTensor
}
