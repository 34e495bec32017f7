import * as tf from '@tensorflow/tfjs-core'
import type { HostTensor } from '../../values/host-tensor.ts'
import { upload } from './tensors.ts'

/** Tensors that stay on the backend as long as the caller keeps the array that they were made from. */
export class ConstantStore {
  private readonly kept = new WeakMap<object, Map<string, tf.Tensor>>()
  private readonly tensors = new Set<tf.Tensor>()
  // A tensor holds a copy of the array, never the array itself, so that the array can be collected.
  private readonly dropped = new FinalizationRegistry<tf.Tensor>((tensor) => {
    this.tensors.delete(tensor)
    tensor.dispose()
  })

  /** The tensor of a constant, uploaded the first time that its array is seen with this type and shape. */
  tensorOf(constant: HostTensor): tf.Tensor {
    const { data, dtype, shape } = constant
    const seenAs = `${dtype} ${shape.join()}`
    const views = this.kept.get(data) ?? new Map<string, tf.Tensor>()
    this.kept.set(data, views)
    const known = views.get(seenAs)
    if (known) return known
    const tensor = tf.keep(upload(constant))
    views.set(seenAs, tensor)
    this.tensors.add(tensor)
    this.dropped.register(data, tensor)
    return tensor
  }

  dispose(): void {
    for (const tensor of this.tensors) tensor.dispose()
    this.tensors.clear()
  }
}
