import { relative } from 'node:path'
import { baselineLines } from '../report/index.ts'
import type { Results } from '../results/index.ts'
import { Problem } from '../values/problem.ts'
import { accept, acceptedDifference } from '../verdict/index.ts'
import { checkMayAccept, readBaseline, writeBaseline } from './baseline-file.ts'
import type { Arguments } from './arguments.ts'
import type { Environment } from './environment.ts'
import { machineName } from './machine.ts'
import { pageOf } from './page.ts'
import type { Prepared } from './prepare.ts'

/** Takes results as the baseline of their profile and data set and writes the file. Returns in words what that changes. */
export function acceptBaseline(
  results: Results,
  { baselineFile, plan }: Prepared,
  args: Arguments,
  env: Environment,
): string {
  checkMayAccept(env)
  const undone = results.cells.filter(({ status }) => status === 'failed' || status === 'cancelled')
  if (undone.length > 0) {
    throw new Problem(
      'usage',
      `${undone.length} of ${results.cells.length} cells have no result to accept: ${undone[0]?.id ?? ''} …`,
      { hint: `run prune-bench ${results.identity.suite} until all its cells are done` },
    )
  }
  const before = readBaseline(baselineFile, env)
  const after = accept(before, results, {
    machine: machineName(),
    planned: plan.cells.map(({ id }) => id),
  })
  const lines = baselineLines(acceptedDifference(before, after, results), {
    ...pageOf(args, env),
    file: relative(env.cwd, baselineFile),
  })
  writeBaseline(baselineFile, after)
  return `${lines.join('\n')}\n`
}
