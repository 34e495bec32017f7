import type { BenchDocument } from '../document.ts'
import { benchTable } from '../table.ts'
import type { Ended } from './run-check.ts'

/** What came of a step of a check. */
export interface StepResult {
  readonly title: string
  /** `ok`, or how else it ended. */
  readonly outcome: string
  readonly ended: Ended
  /** A benchmark's figures. */
  readonly document?: BenchDocument
}

/** Lines of standard error that are shown of what did not end well. */
const LAST_WORDS = 30

/** All workloads in one document, with the machine of the first; null where none was measured. */
export function mergedDocument(results: readonly StepResult[]): BenchDocument | null {
  const documents = results.flatMap(({ document }) => (document ? [document] : []))
  const [first] = documents
  if (first === undefined) return null
  return {
    ...first,
    data: [...new Set(documents.flatMap(({ data }) => data))],
    workloads: documents.flatMap(({ workloads }) => workloads),
  }
}

/** What was found, for people: every step with how it ended and what it printed, the figures in one table. */
export function checkReport(results: readonly StepResult[], withTests: boolean): string {
  const document = mergedDocument(results)
  const texts = results.filter((one) => one.document === undefined)
  return [
    '# What a GPU was found to do',
    '',
    ...results.map(({ title, outcome, ended }) => `- ${title}: ${outcome}, ${ended.seconds.toFixed(0)} s`),
    ...(withTests
      ? []
      : ['- tests: not run, for vitest is not here (npm run bundle -- --tests takes it along)']),
    '',
    ...(document ? ['## Figures', '', block(benchTable(document))] : []),
    ...texts.flatMap(({ title, outcome, ended }) => [
      `## ${title}`,
      '',
      block([ended.stdout, outcome === 'ok' ? '' : lastLines(ended.stderr)].join('\n')),
    ]),
  ].join('\n')
}

function block(text: string): string {
  return `\`\`\`\n${text.trim()}\n\`\`\`\n`
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-LAST_WORDS).join('\n')
}
