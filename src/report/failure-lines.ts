import type { Failure } from '../values/failure.ts'
import { plainText } from '../values/plain-text.ts'
import type { Paint } from './paint.ts'
import { fit, wrap } from './text-width.ts'

const STDERR_LINES = 5

/** A failure in words: the unit, the cause, the last lines its process wrote, what to do next. Indented by two. */
export function failureLines(
  unit: string,
  failure: Failure,
  { columns, paint }: { columns: number; paint: Paint },
): string[] {
  const block = (text: string) => wrap(plainText(text), columns - 2).map((line) => `  ${line}`)
  const stderr = (failure.stderr ?? []).filter((line) => line.trim() !== '').slice(-STDERR_LINES)
  return [
    ...block(`${unit}: ${failureCause(failure)}`),
    ...stderr.map((line) => paint.dim(`  │ ${fit(plainText(line), columns - 4)}`)),
    ...(failure.hint === undefined ? [] : block(`→ ${failure.hint}`)),
  ]
}

/** What happened, in one line as far as the message has one. */
export function failureCause({ kind, message, signal, exitCode }: Failure): string {
  const exit =
    signal !== undefined ? `signal ${signal}` : exitCode !== undefined ? `exit code ${exitCode}` : undefined
  const told = exit === undefined || message.includes(signal ?? exit) ? message : `${message} (${exit})`
  return { error: told, crash: `its process died: ${told}`, timeout: `it took too long: ${told}` }[kind]
}
