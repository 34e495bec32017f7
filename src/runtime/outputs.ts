import type * as tf from '@tensorflow/tfjs-core'
import type { Problem } from '../values/problem.ts'
import { isTensor, leavesOf, type Entry } from './tree.ts'

/** Makes the problem of a function that must not do what it did. */
export type Refuse = (what: string, hint: string) => Problem

/** All tensors of a function's result; refuses any other result. */
export function outputsOf(result: unknown, refuse: Refuse): Entry<tf.Tensor>[] {
  if (isPromise(result)) {
    // Nobody else waits for it, and its failure would end the process.
    result.then(undefined, () => undefined)
    throw refuse('is asynchronous', 'It must compute its result without waiting.')
  }
  if (result === null || typeof result !== 'object' || isTensor(result) || Array.isArray(result))
    throw refuse(`returns ${kindOf(result)}`, 'Return an object of named tensors: ({ loss, gradients })')
  return leavesOf(result).map((e) => {
    if (isTensor(e.leaf)) return { ...e, leaf: e.leaf }
    throw refuse(`returns ${kindOf(e.leaf)} as ${e.path}`, 'Every output must be a tensor.')
  })
}

function kindOf(value: unknown): string {
  if (isTensor(value)) return 'one tensor'
  if (Array.isArray(value)) return 'a list'
  return value === null ? 'null' : value === undefined ? 'nothing' : `a ${typeof value}`
}

function isPromise(x: unknown): x is PromiseLike<unknown> {
  return x !== null && typeof x === 'object' && 'then' in x && typeof x.then === 'function'
}
