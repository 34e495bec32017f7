import * as tf from '@tensorflow/tfjs-core'
import type { HostTensor } from '../../values/host-tensor.ts'
import { seenAs } from '../trace/dtype.ts'

/** A tensor on the current backend. The backend may keep the array, so float32 data is copied where asked. */
export function upload({ dtype, data, shape }: HostTensor): tf.Tensor {
  // tfjs has no uint8; a backend may keep the array that it is given, and its owner may change it.
  const values = dtype === 'uint8' ? Int32Array.from(data) : data.slice()
  return tf.tensor(values, [...shape], seenAs(dtype))
}

/** A tensor's values in main memory, in an array of their own. A GPU has no others than those that one waits for. */
export async function download(tensor: tf.Tensor, dtype: HostTensor['dtype']): Promise<HostTensor> {
  const values = await tensor.data()
  const { shape } = tensor
  switch (dtype) {
    case 'float32':
      return { dtype, shape, data: Float32Array.from(values) }
    case 'int32':
      return { dtype, shape, data: Int32Array.from(values) }
    case 'uint8':
    case 'bool':
      return { dtype, shape, data: Uint8Array.from(values) }
  }
}
