import { dirname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SourcePlace } from '../../values/problem.ts'

interface Frame {
  readonly file: string
  readonly line: number
  readonly column: number
}

const FRAME = /^\s*at (?:.*? \()?((?:file:\/\/)?[^()\s][^()]*):(\d+):(\d+)\)?$/
const TFJS = /[/\\]dist[/\\]tfjs[/\\]|[/\\]@tensorflow[/\\]/

/** The innermost frame of a stack that belongs neither to tfjs nor to this program: the author's code. */
export function userPlace(stack: string): SourcePlace | undefined {
  const caller = stack
    .split('\n')
    .flatMap(frameOf)
    .find((f) => !TFJS.test(f.file) && !isProgram(f.file))
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
const SOURCE = /[/\\]src[/\\]runtime[/\\]trace[/\\]place\.ts$/
const root = SOURCE.test(here) ? here.replace(SOURCE, '') : dirname(dirname(here))
/** What the program itself is made of, bundled or not. */
const program = ['src', 'dist'].map((folder) => join(root, folder) + sep)

// Source maps lead from a bundle to the sources. Tests are authors, too.
function isProgram(file: string): boolean {
  return !/\.(test|fixture)\.ts$/.test(file) && program.some((folder) => file.startsWith(folder))
}
