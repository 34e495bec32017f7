import { Problem } from '../../values/problem.ts'
import { startsInTfjs, userPlace } from './place.ts'

/** A problem at the place in the author's code that a stack leads to. */
export function placedProblem(
  message: string,
  hint: string,
  stack: string | undefined,
  cause?: unknown,
): Problem {
  const place = userPlace(stack ?? '')
  return new Problem('usage', message, {
    hint,
    ...(place && { place }),
    ...(cause !== undefined && { cause }),
  })
}

/** An error of tfjs' own told as a problem of the function it happened in; any other error stays what it is. */
export function inWords(name: string, error: unknown, impossible: string): unknown {
  if (!(error instanceof Error) || error instanceof Problem) return error
  const { message, stack } = error
  const kernel = /^Kernel '(.+)' not registered for backend/.exec(message)?.[1]
  if (kernel !== undefined)
    return placedProblem(
      `${name}: the op ${kernel} cannot ${impossible}`,
      'Write it with other ops, or run it with --runtime cpu.',
      stack,
    )
  const gradient = /gradient function not found for (.+?)\.?$/.exec(message)?.[1]
  if (gradient !== undefined)
    return placedProblem(`${name}: the op ${gradient} has no gradient`, 'Write it with other ops.', stack)
  if (!startsInTfjs(stack ?? '')) return error
  return placedProblem(`${name}: ${message}`, 'The message is TensorFlow.js’ own.', stack, error)
}
