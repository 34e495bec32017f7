import { join, relative } from 'node:path'
import { terminalTable } from '../report/index.ts'
import { serializeResults, type Results, type RunSummary } from '../results/index.ts'
import type { Arguments } from './arguments.ts'
import type { Environment } from './environment.ts'
import { pageOf } from './page.ts'
import { reportFolder } from './report-folder.ts'
import { writeReport } from './write-report.ts'

/** Writes `<reports>/<suite>/results.json` and prints the tables, or with --json the file's text. */
export function present(results: Results, summary: RunSummary, args: Arguments, env: Environment): void {
  const text = serializeResults(results)
  const file = join(reportFolder(results.identity.suite, args, env), 'results.json')
  writeReport(file, text)
  if (args.options.json === true) {
    env.stdout.write(text)
    return
  }
  env.stdout.write(
    terminalTable(results, summary, {
      ...pageOf(args, env),
      resultsFile: relative(env.cwd, file) || file,
    }),
  )
}
