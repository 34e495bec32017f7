import { relative } from 'node:path'
import type { Results, RunDetails } from '../results/index.ts'
import type { SourcePlace } from '../values/problem.ts'
import {
  compareWithBaseline,
  recordFor,
  similarityIn,
  verdictOn,
  type Comparison,
  type Verdict,
} from '../verdict/index.ts'
import type { Arguments } from './arguments.ts'
import { readBaseline } from './baseline-file.ts'
import type { Environment } from './environment.ts'
import { machineName } from './machine.ts'
import type { Prepared } from './prepare.ts'

/** What is to be judged. */
export interface Judged {
  readonly results: Results
  readonly details: RunDetails
}

/** Holds results against the suite's assertions and its baseline. */
export function judgeResults(
  { results, details }: Judged,
  prepared: Prepared,
  args: Arguments,
  env: Environment,
): Verdict {
  const { settings } = prepared
  const assertions = settings.assertions.map((assertion) => ({
    ...assertion,
    place: assertion.place && inProject(assertion.place, env),
  }))
  // A part has too few cells to be judged: that is done when the parts are merged.
  if (results.identity.shard !== null) return verdictOn([], { results, similarityOf: () => null }, null)
  const evidence = { results, similarityOf: similarityIn(details.similarity) }
  return verdictOn(
    assertions,
    evidence,
    compareResults(results, prepared, env, args.options.seed !== undefined),
  )
}

/**
 * Results beside what was accepted for their profile and data set; null where nothing was. With seeds of its own, a run
 * says nothing about which cells the suite has.
 */
export function compareResults(
  results: Results,
  { baselineFile, plan }: Pick<Prepared, 'baselineFile' | 'plan'>,
  env: Environment,
  ownSeeds = false,
): Comparison | null {
  const baseline = readBaseline(baselineFile, env)
  const record = baseline && recordFor(baseline, results)
  if (!record) return null
  const planned = ownSeeds ? null : plan.cells.map(({ id }) => id)
  return compareWithBaseline(results, record, { machine: machineName(), planned })
}

function inProject(place: SourcePlace, { root }: Environment): SourcePlace {
  return { ...place, file: relative(root, place.file) }
}
