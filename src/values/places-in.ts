import type { SourcePlace } from './problem.ts'

/** The places that an error's stack names, innermost first. */
export function placesIn(error: unknown): readonly Required<SourcePlace>[] {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  return [...stack.matchAll(/\(?([^\s()]+):(\d+):(\d+)\)?/g)].map(([, file = '', line, column]) => ({
    file: file.replace(/^file:\/\//, ''),
    line: Number(line),
    column: Number(column) - 1,
  }))
}
