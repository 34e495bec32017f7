import { serializeResults, type Results, type RunDetails } from '../results/index.ts'
import { serializeVerdict, type Verdict } from '../verdict/index.ts'
import type { Figures } from './figures/index.ts'
import { resultsCsv } from './results-csv.ts'
import { similarityCsv } from './similarity-csv.ts'

/** All that the files of a report are made from. */
export interface Report {
  readonly results: Results
  readonly details: RunDetails
  readonly verdict: Verdict
}

/** A file of a report: where it lies in the report's folder, and what it holds. */
export type ReportFile = readonly [path: string, content: string | Uint8Array]

/** What reports are made of: to add a file, add an entry. */
const parts = {
  'index.html': async (report, figures) => {
    const { page } = await import('./page/page.ts')
    return [['index.html', page(report, figures)]]
  },
  'report.md': async (report) => {
    const { reportMarkdown } = await import('./report-markdown.ts')
    return [['report.md', reportMarkdown(report)]]
  },
  'results.csv': ({ results }) => [['results.csv', resultsCsv(results)]],
  'similarity.csv': ({ details }) => [['similarity.csv', similarityCsv(details.similarity)]],
  figures: async (_, figures) => {
    const { figureFiles } = await import('./figures/figure-files.ts')
    return figureFiles(figures)
  },
  'junit.xml': async (report) => {
    const { junit } = await import('./ci/junit.ts')
    return [['junit.xml', junit(report)]]
  },
  'benchmark.json': async ({ results }) => {
    const { benchmarkJson } = await import('./ci/benchmark-json.ts')
    return [['benchmark.json', benchmarkJson(results)]]
  },
  'verdict.json': ({ verdict }) => [['verdict.json', serializeVerdict(verdict)]],
  // Last: where it is up to date, everything is.
  'results.json': ({ results }) => [['results.json', serializeResults(results)]],
} as const satisfies Record<
  string,
  (report: Report, figures: Figures) => Iterable<ReportFile> | Promise<Iterable<ReportFile>>
>

/** All files of a report by their paths, in the order in which to write them. What draws is loaded here, not when the program starts. */
export async function reportFiles(report: Report): Promise<ReadonlyMap<string, string | Uint8Array>> {
  const { drawFigures } = await import('./figures/index.ts')
  const figures = drawFigures(report)
  const files = new Map<string, string | Uint8Array>()
  for (const make of Object.values(parts)) {
    for (const [path, content] of await make(report, figures)) files.set(path, content)
  }
  return files
}
