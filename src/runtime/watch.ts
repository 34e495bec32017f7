import * as tf from '@tensorflow/tfjs-core'
import type { Refuse } from './outputs.ts'

/**
 * Refuses, until the returned function is called, what a function must not do and tfjs does without asking its
 * backend: drawing random numbers and making variables.
 */
export function watch(refuse: Refuse): () => void {
  const { random } = Math
  const { stackTraceLimit } = Error
  const engine = tf.engine()
  // tfjs nests several frames per op and gradient; the author's frame lies below them.
  Error.stackTraceLimit = 200
  Math.random = () => {
    throw randomness(refuse, 'Math.random')
  }
  engine.makeVariable = () => {
    throw refuse('makes a tf.variable', 'Take the old value as an input and return the new one.')
  }
  return () => {
    Math.random = random
    Error.stackTraceLimit = stackTraceLimit
    // The method itself stands on the prototype.
    Reflect.deleteProperty(engine, 'makeVariable')
  }
}

/** The refusal of random numbers that would be the same in every run of a compiled function. */
export function randomness<P>(refuse: (what: string, hint: string) => P, by: string): P {
  return refuse(`draws random numbers (${by})`, 'Draw them outside and pass them as an input.')
}
