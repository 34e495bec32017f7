import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { Problem } from '../values/problem.ts'
import { parseBaseline, serializeBaseline, type Baseline } from '../verdict/index.ts'
import { continuousIntegration, type Environment } from './environment.ts'
import type { SuiteFile } from './project.ts'
import { writeReport } from './write-report.ts'

/** Where a suite's baseline lies: beside it, in the project's `suites/` for one that comes with the program. */
export function baselineFileOf({ name, file, origin }: SuiteFile, root: string): string {
  return join(origin === 'project' ? dirname(file) : join(root, 'suites'), `${name}.baseline.json`)
}

/** What was accepted; null where there is no file. Throws a `Problem` where it cannot be understood. */
export function readBaseline(file: string, { root }: Environment): Baseline | null {
  return existsSync(file) ? parseBaseline(readFileSync(file, 'utf8'), relative(root, file)) : null
}

/** Writes a baseline, if this is no continuous integration: what is accepted is committed by a person who has looked at it. */
export function writeBaseline(file: string, baseline: Baseline): void {
  writeReport(file, serializeBaseline(baseline))
}

/** Throws a `Problem` where a baseline must not be written. */
export function checkMayAccept({ env }: Environment): void {
  const ci = continuousIntegration(env)
  if (ci === undefined) return
  throw new Problem(
    'usage',
    `CI is ${JSON.stringify(ci)}: a baseline is not written in continuous integration`,
    {
      hint: 'run prune-bench baseline accept <suite> on your own machine, look at the change and commit the file',
    },
  )
}
