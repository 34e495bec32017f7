import { plainText } from '../values/plain-text.ts'
import type { Problem, SourcePlace } from '../values/problem.ts'
import { paint as painter, type Paint } from './paint.ts'
import { fit, wrap } from './text-width.ts'

export interface DescribeOptions {
  readonly colour: boolean
  /** The text of a file, for the lines around a place in it; undefined or an error where it cannot be read. */
  readonly readFile?: (path: string) => string | undefined
  /** Width of the terminal. */
  readonly columns?: number
}

const CONTEXT = 3

/** A problem in words: what is wrong, where in the user's file, what to do next. Ends without a line break. */
export function describeProblem(
  { message, hint, place }: Pick<Problem, 'message' | 'hint' | 'place'>,
  { colour, readFile, columns = 100 }: DescribeOptions,
): string {
  const paint = painter(colour)
  const [first = '', ...rest] = wrap(`error: ${plainText(message)}`, columns)
  const label = 'error:'
  return [
    `${paint.red.bold(label)}${first.slice(label.length)}`,
    ...rest,
    ...(place === undefined ? [] : where(place, { paint, readFile, columns })),
    ...(hint === undefined ? [] : next(hint, paint, columns)),
  ].join('\n')
}

function next(hint: string, paint: Paint, columns: number): string[] {
  return wrap(plainText(hint), columns - 2).map((line, i) =>
    i === 0 ? `${paint.cyan('→')} ${line}` : `  ${line}`,
  )
}

function where(
  place: SourcePlace,
  { paint, readFile, columns }: { paint: Paint; readFile: DescribeOptions['readFile']; columns: number },
): string[] {
  const { file, line, column } = place
  // As editors and terminals link it: both counted from 1.
  const position = line === undefined ? '' : `:${line}${column === undefined ? '' : `:${column + 1}`}`
  const heading = `  ${paint.dim('at')} ${paint.cyan(plainText(file + position))}`
  if (line === undefined || readFile === undefined) return [heading]
  const frame = codeFrame(contentOf(file, readFile), { line, column, paint, columns })
  return [heading, ...frame]
}

/** The line and those around it, numbered, with a caret under the column. Empty if the file has no such line. */
function codeFrame(
  text: string | undefined,
  {
    line,
    column,
    paint,
    columns,
  }: { line: number; column: number | undefined; paint: Paint; columns: number },
): string[] {
  const lines = text === undefined ? undefined : plainText(text).split('\n')
  if (lines?.[line - 1] === undefined) return []
  if (lines.at(-1) === '' && lines.length > line) lines.pop()
  const from = Math.max(1, line - CONTEXT)
  const to = Math.min(lines.length, line + CONTEXT)
  const digits = String(to).length
  const room = columns - digits - 5
  return lines.slice(from - 1, to).flatMap((source, i) => {
    const number = String(from + i).padStart(digits)
    const code = fit(source.replaceAll('\t', '  '), room)
    if (from + i !== line) return [paint.dim(`  ${number} │ ${code}`.trimEnd())]
    const here = `${paint.red('>')} ${number} │ ${code}`
    if (column === undefined) return [here]
    // A tab before the caret was widened to two columns above.
    const before = source.slice(0, column).replaceAll('\t', '  ').length
    if (before >= room) return [here]
    return [here, `  ${' '.repeat(digits)} │ ${' '.repeat(before)}${paint.red('^')}`]
  })
}

function contentOf(file: string, readFile: (path: string) => string | undefined): string | undefined {
  try {
    return readFile(file)
  } catch {
    // A file that has gone since is no reason to hide the problem itself.
    return undefined
  }
}
