import type { Results } from '../results/index.ts'
import type { Paint } from './paint.ts'
import { runFacts, runWarnings } from './run-facts.ts'
import { padEnd, wrap } from './text-width.ts'

const LABEL = 10

/** What was run, on what, with which budget: everything above the table. */
export function runHeader(results: Results, { columns, paint }: { columns: number; paint: Paint }): string[] {
  const { identity } = results
  const entry = (label: string, text: string) =>
    wrap(text, columns - LABEL).map((line, i) => paint.dim(padEnd(i === 0 ? label : '', LABEL)) + line)
  const warning = (text: string) =>
    wrap(text, columns - 2).map((line, i) => paint.yellow(`${i === 0 ? '!' : ' '} ${line}`))
  const warnings = runWarnings(results)
  return [
    `${paint.bold(identity.suite)}, profile ${paint.bold(identity.profile)}`,
    ...wrap(identity.summary, columns),
    '',
    ...warnings.flatMap(warning),
    ...(warnings.length > 0 ? [''] : []),
    ...runFacts(results).flatMap(({ label, text }) => entry(label, text)),
  ]
}
