import { appendFileSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { findings, githubAnnotations, type Report } from '../report/index.ts'
import { Problem } from '../values/problem.ts'
import type { Arguments } from './arguments.ts'
import type { Environment } from './environment.ts'
import type { Prepared } from './prepare.ts'
import { unknownName } from './project.ts'

/** GitHub takes no more of a step's summary. */
const MOST_BYTES = 1024 * 1024

/** What `--reporter` may be. */
const reporters = ['github', 'none'] as const

/** Where GitHub Actions runs the program, or `--reporter github` says so: annotations, and `report.md` as the step's summary. */
export function presentToGithub(
  report: Report,
  prepared: Pick<Prepared, 'suiteFile' | 'criterionFiles'>,
  folder: string,
  args: Arguments,
  env: Environment,
): void {
  if (reporterOf(args, env) !== 'github') return
  const found = findings(report, { ...prepared, root: env.root })
  // Standard output is the report's, and GitHub reads both.
  for (const line of githubAnnotations(found, env.env.GITHUB_WORKSPACE ?? env.root))
    env.stderr.writeRaw(`${line}\n`)
  const file = env.env.GITHUB_STEP_SUMMARY
  if (file === undefined || file === '') return
  try {
    const summary = readFileSync(join(folder, 'report.md'), 'utf8')
    const before = statSync(file, { throwIfNoEntry: false })?.size ?? 0
    const fits = before + Buffer.byteLength(summary) < MOST_BYTES
    appendFileSync(
      file,
      fits ? summary : `\n${report.verdict.suite}: no room is left in this summary; see report.md.\n`,
    )
  } catch (error) {
    throw new Problem('infrastructure', `the step summary cannot be written: ${(error as Error).message}`, {
      hint: 'GITHUB_STEP_SUMMARY names the file; --reporter none does without it',
      cause: error,
    })
  }
}

/** Throws a `Problem` for a reporter that there is not. */
export function reporterOf({ options }: Arguments, { env }: Environment): (typeof reporters)[number] {
  const { reporter } = options
  if (reporter === undefined) return env.GITHUB_ACTIONS === 'true' ? 'github' : 'none'
  const known = reporters.find((name) => name === reporter)
  if (known === undefined) throw unknownName('reporter', reporter, reporters, 'the list of reporters')
  return known
}
