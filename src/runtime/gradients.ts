import * as tf from '@tensorflow/tfjs-core'

/** Steps have slope zero; tfjs leaves their gradients out, so that `where(x > 0, …)` would have none. */
const FLAT = ['Equal', 'NotEqual', 'Greater', 'GreaterEqual', 'Less', 'LessEqual'] as const

let done = false

/** Registers the gradients that tfjs lacks and traced functions need. Does nothing the second time. */
export function registerMissingGradients(): void {
  if (done) return
  done = true
  for (const kernelName of FLAT)
    tf.registerGradient({
      kernelName,
      inputsToSave: ['a', 'b'],
      gradFunc: (_, saved) => ({ a: () => zerosLike(saved, 0), b: () => zerosLike(saved, 1) }),
    })
}

function zerosLike(saved: readonly tf.Tensor[], index: number): tf.Tensor {
  return tf.zerosLike(saved[index] as tf.Tensor)
}
