import type { Failure } from '../values/failure.ts'
import { Problem, type SourcePlace } from '../values/problem.ts'

/** What makes a test fail: a message, and the place in the user's files that editors and annotations are to show. */
export function testFailure(message: string, place?: SourcePlace | null): Error {
  const error = new Error(message)
  error.name = 'prune-bench'
  const { file, line = 1, column = 0 } = place ?? {}
  // vitest reads the place from the stack; its own frames say nothing about a cell.
  const frames = file === undefined ? [] : [`    at ${file}:${line}:${column + 1}`]
  error.stack = [`${error.name}: ${message}`, ...frames].join('\n')
  return error
}

/** A unit's failure as that of the test of a cell: what happened, the last words of its process, what to do next. */
export function failureOfCell(unit: string, failure: Failure, place: SourcePlace): Error {
  const { message, hint, stderr = [] } = failure
  const words = stderr.filter((line) => line.trim() !== '').slice(-5)
  const lines = [`${unit}: ${message}`, ...words.map((line) => `  │ ${line}`)]
  return testFailure([...lines, ...(hint === undefined ? [] : [`→ ${hint}`])].join('\n'), place)
}

/** An expected problem as an error that vitest can show, with its place; anything else as it is. */
export function failureOfProblem(error: unknown): unknown {
  if (!(error instanceof Problem)) return error
  const text = error.hint === undefined ? error.message : `${error.message}\n→ ${error.hint}`
  return testFailure(text, error.place)
}
