import { join, relative } from 'node:path'
import { terminalTable, type Report } from '../report/index.ts'
import { serializeResults, type RunSummary } from '../results/index.ts'
import type { Arguments } from './arguments.ts'
import { showsBars, type Environment } from './environment.ts'
import type { GatheredReport } from './gather-report.ts'
import { jsonForLogs } from './output.ts'
import { pageOf } from './page.ts'
import { writeReportFiles } from './write-report-files.ts'

/** What is reported of a run: all that its folder shows, and the chosen cells, which the terminal shows. */
export interface Presented extends Report, Pick<GatheredReport, 'chosen'> {
  readonly summary: RunSummary
}

/** Writes the report into its folder and prints the tables of the chosen cells, or with --json the text of `results.json`. */
export async function present(
  presented: Presented,
  folder: string,
  args: Arguments,
  env: Environment,
): Promise<void> {
  const { results, chosen, details, verdict, summary } = presented
  await writeReportFiles(folder, presented, { anew: summary.command === 'report' })
  if (args.options.json === true) {
    env.stdout.writeRaw(jsonForLogs(serializeResults(results)))
    return
  }
  const shown = (file: string) => relative(env.cwd, join(folder, file)) || file
  env.stdout.write(
    terminalTable(chosen, summary, {
      ...pageOf(args, env),
      ...(showsBars(env) ? { traces: details.traces } : {}),
      ...(results.identity.shard === null ? { verdict } : {}),
      resultsFile: shown('results.json'),
      pageFile: shown('index.html'),
    }),
  )
}
