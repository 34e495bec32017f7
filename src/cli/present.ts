import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { terminalTable } from '../report/index.ts'
import { serializeResults, type Results, type RunSummary } from '../results/index.ts'
import { Problem } from '../values/problem.ts'
import type { Arguments } from './arguments.ts'
import type { Environment } from './environment.ts'
import { pageOf } from './page.ts'

/** Writes `<reports>/<suite>/results.json` and prints the tables, or with --json the file's text. */
export function present(results: Results, summary: RunSummary, args: Arguments, env: Environment): void {
  const text = serializeResults(results)
  const reports =
    args.options.output === undefined ? join(env.root, 'reports') : resolve(env.cwd, args.options.output)
  const folder = join(reports, results.identity.suite)
  const file = join(folder, 'results.json')
  try {
    mkdirSync(folder, { recursive: true })
    // Two runs may end at the same moment: each writes a file of its own and renames it.
    const partial = `${file}.${process.pid}.partial`
    writeFileSync(partial, text)
    renameSync(partial, file)
  } catch (error) {
    throw new Problem('infrastructure', `${file} cannot be written: ${(error as Error).message}`, {
      hint: 'nothing computed is lost: make room or choose another folder with --output, and run the same command again',
      cause: error,
    })
  }
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
