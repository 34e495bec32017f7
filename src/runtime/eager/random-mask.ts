import * as tf from '@tensorflow/tfjs-core'
import { RANDOM_MASK, randomMask, type RandomMaskAttributes } from '../../values/random-mask.ts'
import { checkMaskCall } from '../random-mask.ts'

const done = new Set<string>()

/** Registers the kernel that dropout is made of, computed in main memory. Does nothing the second time. */
export function registerRandomMask(backendName: 'cpu' | 'wasm' | 'tensorflow'): void {
  if (done.has(backendName)) return
  done.add(backendName)
  tf.registerKernel({
    kernelName: RANDOM_MASK,
    backendName,
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { key, channels } = inputs as { readonly key: tf.TensorInfo; readonly channels: tf.TensorInfo }
      const attributes = attrs as unknown as RandomMaskAttributes
      checkMaskCall(key, channels, attributes)
      const memory = backend as Pick<tf.KernelBackend, 'readSync' | 'write'>
      const read = (t: tf.TensorInfo): ArrayLike<number> => memory.readSync(t.dataId) as Float32Array
      const mask = randomMask(read(key)[0] as number, read(channels), attributes)
      const shape = [attributes.rows, ...channels.shape]
      return { dataId: memory.write(mask, shape, 'float32'), shape, dtype: 'float32' }
    },
  })
}
