import { filterCells } from '../plan/index.ts'
import { projectRoot } from '../cli/project.ts'
import type { Evidence } from '../verdict/index.ts'
import type { SuiteOptions } from './suite-options.ts'
import { SuiteRun } from './suite-run.ts'
import { failureOfProblem } from './test-failure.ts'

/** Which cells of a suite, run how. */
export interface ResultsOptions extends SuiteOptions {
  /** Only cells whose names have all these words, as on the command line. */
  readonly filter?: string
}

/**
 * What a suite's cells came to, for tests of one's own: they are computed as far as they are not stored. The suite is
 * named as on the command line.
 */
export async function suiteResults(
  suite: string,
  { filter, ...options }: ResultsOptions = {},
): Promise<Evidence> {
  try {
    const run = await SuiteRun.open(suite, projectRoot(process.cwd()), options)
    const cells = filterCells(run.prepared.plan.cells, filter)
    try {
      await run.start(cells)
      return await run.evidence(cells, true)
    } finally {
      await run.stop()
    }
  } catch (error) {
    throw failureOfProblem(error)
  }
}
