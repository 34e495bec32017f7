import type * as tf from '@tensorflow/tfjs-core'
import { sizeOf, type HostTensor } from '../../values/host-tensor.ts'
import { dtypeOf } from '../trace/dtype.ts'

/** Tensors of the same type and shape, one per step, under a leading axis. */
export class Stack {
  private readonly stacked: HostTensor

  /** Room for `steps` tensors like the first. */
  constructor(first: tf.Tensor, steps: number) {
    const dtype = dtypeOf(first.dtype)
    const shape = [steps, ...first.shape]
    const length = sizeOf(shape)
    this.stacked =
      dtype === 'float32'
        ? { dtype, shape, data: new Float32Array(length) }
        : dtype === 'int32'
          ? { dtype, shape, data: new Int32Array(length) }
          : { dtype, shape, data: new Uint8Array(length) }
  }

  /** Copies the tensor of a step. Until that is done the tensor must be kept. */
  async set(step: number, tensor: tf.Tensor): Promise<void> {
    this.stacked.data.set(await tensor.data(), step * tensor.size)
  }

  get value(): HostTensor {
    return this.stacked
  }
}

/** The part of a series that one step sees. */
export function sliceOf(series: HostTensor, step: number): HostTensor {
  const shape = series.shape.slice(1)
  const size = sizeOf(shape)
  const data = series.data.subarray(step * size, (step + 1) * size)
  return { dtype: series.dtype, shape, data } as HostTensor
}
