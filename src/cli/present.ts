import { join, relative } from 'node:path'
import { terminalTable } from '../report/index.ts'
import { serializeResults, type Results, type RunSummary } from '../results/index.ts'
import { serializeVerdict, type Verdict } from '../verdict/index.ts'
import type { Arguments } from './arguments.ts'
import type { Environment } from './environment.ts'
import { pageOf } from './page.ts'
import { reportFolder } from './report-folder.ts'
import { writeReport } from './write-report.ts'

/** What is reported of a run. */
export interface Presented {
  readonly results: Results
  readonly verdict: Verdict
  readonly summary: RunSummary
}

/** Writes `results.json` and `verdict.json` into `<reports>/<suite>/` and prints the tables, or with --json the former's text. */
export function present({ results, verdict, summary }: Presented, args: Arguments, env: Environment): void {
  const text = serializeResults(results)
  const folder = reportFolder(results.identity.suite, args, env)
  const file = join(folder, 'results.json')
  writeReport(file, text)
  writeReport(join(folder, 'verdict.json'), serializeVerdict(verdict))
  if (args.options.json === true) {
    env.stdout.write(text)
    return
  }
  env.stdout.write(
    terminalTable(results, summary, {
      ...pageOf(args, env),
      verdict,
      resultsFile: relative(env.cwd, file) || file,
    }),
  )
}
