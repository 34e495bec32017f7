import * as tf from '@tensorflow/tfjs-core'

/** What the tracer and the eager runtimes need of tfjs' engine beyond its public types. */
interface EngineInside {
  backendName: string | null
  backendInstance: tf.KernelBackend | null
}

let last: Promise<unknown> = Promise.resolve()

/**
 * Runs work that changes tfjs' one global engine, after all work of this kind that was asked for before, and
 * puts the previous backend back, whatever happens.
 */
export function exclusively<T>(work: () => T | Promise<T>): Promise<T> {
  const result = last.then(async () => {
    const engine = tf.engine() as unknown as EngineInside
    const { backendName, backendInstance } = engine
    try {
      return await work()
    } finally {
      engine.backendName = backendName
      engine.backendInstance = backendInstance
    }
  })
  last = result.catch(() => undefined)
  return result
}
