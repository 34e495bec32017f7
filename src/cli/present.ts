import { join, relative } from 'node:path'
import { terminalTable, type Report } from '../report/index.ts'
import { serializeResults, type RunSummary } from '../results/index.ts'
import type { Arguments } from './arguments.ts'
import { showsBars, type Environment } from './environment.ts'
import { jsonForLogs } from './output.ts'
import { pageOf } from './page.ts'
import { reportFolder } from './report-folder.ts'
import { writeReportFiles } from './write-report-files.ts'

/** What is reported of a run. */
export interface Presented extends Report {
  readonly summary: RunSummary
}

/** Writes the report into `<reports>/<suite>/` and prints the tables, or with --json the text of `results.json`. */
export async function present(presented: Presented, args: Arguments, env: Environment): Promise<void> {
  const { results, details, verdict, summary } = presented
  const folder = reportFolder(results.identity.suite, args, env)
  await writeReportFiles(folder, presented, { anew: summary.command === 'report' })
  if (args.options.json === true) {
    env.stdout.writeRaw(jsonForLogs(serializeResults(results)))
    return
  }
  const shown = (file: string) => relative(env.cwd, join(folder, file)) || file
  env.stdout.write(
    terminalTable(results, summary, {
      ...pageOf(args, env),
      ...(showsBars(env) ? { traces: details.traces } : {}),
      ...(results.identity.shard === null ? { verdict } : {}),
      resultsFile: shown('results.json'),
      pageFile: shown('index.html'),
    }),
  )
}
