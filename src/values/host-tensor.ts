/** Element types a tensor has outside a traced function. Inside, `uint8` is seen as `int32`. */
export type DType = 'float32' | 'int32' | 'uint8' | 'bool'

export type Shape = readonly number[]

/** Storage for each element type; `bool` is one byte, 0 or 1. */
export interface Elements {
  float32: Float32Array
  int32: Int32Array
  uint8: Uint8Array
  bool: Uint8Array
}

/** Shape and element type of a tensor whose values are not known yet. */
export interface TensorSpec {
  readonly dtype: DType
  readonly shape: Shape
  /**
   * Of a program's input: most runs have it in common, as a data set. Runs at the same time then keep it but once, and
   * devices from run to run: its data must never be changed.
   */
  readonly shared?: boolean
}

/** A tensor in main memory, row-major. `data.length` equals the product of `shape`. */
export type HostTensor = {
  [D in DType]: { readonly dtype: D; readonly shape: Shape; readonly data: Elements[D] }
}[DType]

/** Tensors by name; what artifacts and parameter sets are made of. */
export type NamedTensors = Readonly<Record<string, HostTensor>>

/** Number of elements of a shape; 1 for a scalar. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, n) => product * n, 1)
}

const STORAGE = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array, bool: Uint8Array } as const

/** A tensor of zeros, to be filled. */
export function zeroTensor(dtype: DType, shape: Shape): HostTensor {
  return { dtype, shape, data: new STORAGE[dtype](sizeOf(shape)) } as HostTensor
}

export function float32(
  shape: Shape,
  data: Float32Array | readonly number[],
): HostTensor & { dtype: 'float32' } {
  return { dtype: 'float32', shape, data: data instanceof Float32Array ? data : Float32Array.from(data) }
}

export function int32(shape: Shape, data: Int32Array | readonly number[]): HostTensor & { dtype: 'int32' } {
  return { dtype: 'int32', shape, data: data instanceof Int32Array ? data : Int32Array.from(data) }
}

export function uint8(shape: Shape, data: Uint8Array): HostTensor & { dtype: 'uint8' } {
  return { dtype: 'uint8', shape, data }
}
