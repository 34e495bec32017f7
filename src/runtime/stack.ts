import { sizeOf, zeroTensor, type DType, type HostTensor, type Shape } from '../values/host-tensor.ts'

/** Tensors of the same type and shape, one per step, under a leading axis. */
export class Stack {
  readonly value: HostTensor
  private readonly size: number

  /** Room for `steps` tensors of a type and shape. */
  constructor(dtype: DType, each: Shape, steps: number) {
    this.size = sizeOf(each)
    this.value = zeroTensor(dtype, [steps, ...each])
  }

  set(step: number, elements: ArrayLike<number>): void {
    this.value.data.set(elements, step * this.size)
  }
}
