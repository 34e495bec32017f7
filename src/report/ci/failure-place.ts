import type { Failure } from '../../values/failure.ts'
import type { SourcePlace } from '../../values/problem.ts'

/** A frame of a stack: `at Object.score (/project/criteria/snip.ts:8:27)`. */
const FRAME = /^\s+at (?:.* \()?(?:file:\/\/)?(\/.+?|[A-Za-z]:\\.+?):(\d+):(\d+)\)?$/

/**
 * Where in the project's own files a unit failed: the innermost line of them in its stack, or else the beginning of the
 * file that it ran, as after a crash, which leaves no stack.
 */
export function placeOfFailure(
  { stack = '' }: Pick<Failure, 'stack'>,
  root: string,
  ran: string,
): SourcePlace {
  for (const line of stack.split('\n')) {
    const [, file = '', at, column] = FRAME.exec(line) ?? []
    if (!file.startsWith(root) || file.includes('node_modules')) continue
    return { file, line: Number(at), column: Number(column) - 1 }
  }
  return { file: ran, line: 1, column: 0 }
}
