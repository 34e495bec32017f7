import type { Failure } from '../values/failure.ts'
import { Problem } from '../values/problem.ts'
import type { WorkerExit } from './worker-process.ts'

/** A failure of kind `error` from whatever was thrown. */
export function failureOfError(thrown: unknown): Failure {
  if (!(thrown instanceof Error))
    return { kind: 'error', message: `Not an Error was thrown: ${String(thrown)}` }
  const { hint, place } = thrown instanceof Problem ? thrown : {}
  const name = thrown instanceof Problem || thrown.name === 'Error' ? '' : `${thrown.name}: `
  const where =
    place === undefined ? '' : ` (${[place.file, place.line, place.column].filter(isThere).join(':')})`
  const stack = stackOf(thrown)
  return {
    kind: 'error',
    message: `${name}${thrown.message}${where}`,
    ...(hint === undefined ? {} : { hint }),
    ...(stack === undefined ? {} : { stack }),
  }
}

/** A failure of kind `crash` from how a worker process ended. */
export function failureOfExit({ exitCode, signal, error }: WorkerExit, output: readonly string[]): Failure {
  const how =
    error?.message ?? (signal === null ? `it exited with code ${exitCode ?? '?'}` : `signal ${signal}`)
  const hint = hintFor({ exitCode, signal }, output)
  return {
    kind: 'crash',
    message: `Its worker process died: ${how}.`,
    ...(hint === undefined ? {} : { hint }),
    ...(exitCode === null ? {} : { exitCode }),
    ...(signal === null ? {} : { signal }),
    stderr: output,
  }
}

/** A failure of kind `timeout` of a unit that was stopped after so many seconds. */
export function failureOfTimeout(seconds: number, output: readonly string[]): Failure {
  return {
    kind: 'timeout',
    message: `It was stopped after ${seconds} s, its time limit.`,
    hint: 'Raise the time limit if the work is only slow.',
    signal: 'SIGKILL',
    stderr: output,
  }
}

function hintFor(
  { exitCode, signal }: Pick<WorkerExit, 'exitCode' | 'signal'>,
  output: readonly string[],
): string | undefined {
  if (output.some((line) => line.includes('heap out of memory')))
    return 'It ran out of memory: raise the limit with NODE_OPTIONS=--max-old-space-size=<MiB>, or make the work smaller.'
  if (output.some((line) => line.includes('WebGPU device')))
    return 'The GPU failed under it, most often for want of memory: make the work smaller, or use --device cpu.'
  if (signal === 'SIGKILL')
    return 'It was killed from outside; most often the system ran out of memory: use fewer workers.'
  if (exitCode === 0)
    return 'A plugin must not end the process: it called process.exit, or a package of its did.'
  return undefined
}

function stackOf(error: Error): string | undefined {
  const { stack, cause } = error
  if (!(cause instanceof Error)) return stack
  return `${stack ?? error.message}\ncaused by: ${stackOf(cause) ?? cause.message}`
}

function isThere<T>(value: T | undefined): value is T {
  return value !== undefined
}
