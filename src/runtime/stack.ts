import { sizeOf, type DType, type HostTensor, type Shape } from '../values/host-tensor.ts'

/** Tensors of the same type and shape, one per step, under a leading axis. */
export class Stack {
  readonly value: HostTensor
  private readonly size: number

  /** Room for `steps` tensors of a type and shape. */
  constructor(dtype: DType, each: Shape, steps: number) {
    this.size = sizeOf(each)
    const shape = [steps, ...each]
    const length = sizeOf(shape)
    this.value =
      dtype === 'float32'
        ? { dtype, shape, data: new Float32Array(length) }
        : dtype === 'int32'
          ? { dtype, shape, data: new Int32Array(length) }
          : { dtype, shape, data: new Uint8Array(length) }
  }

  set(step: number, elements: ArrayLike<number>): void {
    this.value.data.set(elements, step * this.size)
  }
}
