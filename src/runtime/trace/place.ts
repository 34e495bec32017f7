import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SourcePlace } from '../../values/problem.ts'

interface Frame {
  readonly file: string
  readonly line: number
  readonly column: number
}

const FRAME = /^\s*at (?:.*? \()?((?:file:\/\/)?[^()\s][^()]*):(\d+):(\d+)\)?$/
const TFJS = /[/\\]dist[/\\]tfjs[/\\]|[/\\]@tensorflow[/\\]/

/** The innermost frame of a stack that belongs neither to tfjs nor to this folder: the author's code. */
export function userPlace(stack: string): SourcePlace | undefined {
  const caller = stack
    .split('\n')
    .flatMap(frameOf)
    .find((f) => !TFJS.test(f.file) && !isRuntime(f.file))
  return caller && { file: caller.file, line: caller.line, column: caller.column - 1 }
}

/** Whether an error was thrown by tfjs itself. */
export function startsInTfjs(stack: string): boolean {
  const [thrower] = stack.split('\n').flatMap(frameOf)
  return thrower !== undefined && TFJS.test(thrower.file)
}

function frameOf(text: string): Frame[] {
  const [, file, line, column] = FRAME.exec(text) ?? []
  if (!file || file.startsWith('node:')) return []
  return [
    {
      file: file.startsWith('file:') ? fileURLToPath(file) : file,
      line: Number(line),
      column: Number(column),
    },
  ]
}

const here = fileURLToPath(import.meta.url)
const SOURCE = /[/\\]src[/\\]runtime[/\\]/
const bundled = !SOURCE.test(here)

// As a bundle this module lies among the program's other files, which are no author's code either.
function isRuntime(file: string): boolean {
  if (file.endsWith('.test.ts')) return false
  return SOURCE.test(file) || (bundled && dirname(file) === dirname(here))
}
