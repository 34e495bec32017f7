import { dirname } from 'node:path'
import { afterAll, beforeAll, describe, test, type RunnerTestSuite } from 'vitest'
import { projectRoot } from '../cli/project.ts'
import type { PlannedCell } from '../plan/index.ts'
import { placeOfFailure } from '../report/index.ts'
import { percentage, type CellRecord } from '../results/index.ts'
import { assertionTests, testAssertion, type AssertionTest } from './assertion-tests.ts'
import { BASELINE, testBaseline } from './baseline-test.ts'
import type { SuiteOptions } from './suite-options.ts'
import { SuiteRun } from './suite-run.ts'
import { failureOfCell, failureOfProblem, testFailure } from './test-failure.ts'

declare module 'vitest' {
  interface TaskMeta {
    /** Figures of the cell that a test is about; vitest's JSON reporter writes them. */
    pruneBench?: CellFigures
  }
}

/** What reporters are told of a cell: accuracies in %. */
export interface CellFigures {
  readonly status: CellRecord['status']
  readonly achievedSparsity: number | null
  readonly accuracy: Readonly<Record<keyof CellRecord['accuracy'], number | null>>
  readonly seconds: number
}

/** No limit: how long a cell may take is for `timeout` of the options to say. */
const NO_LIMIT = 0

/**
 * Makes a suite file's cells the tests of the test file that calls this. Only cells whose tests vitest runs (`-t`, `only`)
 * are computed; those in the store are not computed again.
 */
export async function suiteTests(file: string, options: SuiteOptions = {}): Promise<void> {
  const run = await SuiteRun.open(file, projectRoot(dirname(dirname(file))), options).catch(
    (error: unknown) => {
      throw failureOfProblem(error)
    },
  )
  const { root } = run.env
  const { suite, plan, criterionFiles } = run.prepared
  const assertions = assertionTests(run)
  describe(suite, () => {
    beforeAll(async ({}, all) => {
      await run.start(cellsToCompute(all, plan.cells, assertions))
    }, NO_LIMIT)
    afterAll(() => run.stop(), NO_LIMIT)
    for (const cell of plan.cells) {
      test(cell.id, { timeout: NO_LIMIT }, async ({ task, signal }) => {
        const record = await recordOf(run, cell, signal)
        task.meta.pruneBench = figuresOf(record)
        if (record.failure !== null) {
          const place = placeOfFailure(record.failure, root, criterionFiles.get(cell.point.criterion) ?? file)
          throw failureOfCell(record.failedUnit?.label ?? cell.id, record.failure, place)
        }
        if (record.status === 'cancelled')
          throw testFailure('the run was stopped before this cell was computed')
      })
    }
    if (assertions.length > 0) {
      describe(ASSERTIONS, () => {
        for (const assertion of assertions) testAssertion(run, assertion)
      })
    }
    test(BASELINE, { timeout: NO_LIMIT }, async ({ skip }) => {
      await testBaseline(run, skip)
    })
  })
}

const ASSERTIONS = 'assertions'

async function recordOf(run: SuiteRun, cell: PlannedCell, signal: AbortSignal): Promise<CellRecord> {
  const stop = () => void run.stop()
  signal.addEventListener('abort', stop)
  try {
    return await run.record(cell)
  } catch (error) {
    throw failureOfProblem(error)
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** The cells of all tests that vitest did not filter out. */
function cellsToCompute(
  suite: Readonly<Pick<RunnerTestSuite, 'tasks'>>,
  all: readonly PlannedCell[],
  assertions: readonly AssertionTest[],
): readonly PlannedCell[] {
  const names = chosenIn(suite)
  if (names.has(BASELINE)) return all
  const inner = suite.tasks.find(({ type, name }) => type === 'suite' && name === ASSERTIONS)
  const asserted = inner?.type === 'suite' ? chosenIn(inner) : new Set()
  const needed = new Set(assertions.filter(({ name }) => asserted.has(name)).flatMap(({ cells }) => cells))
  return all.filter((cell) => names.has(cell.id) || needed.has(cell))
}

function chosenIn({ tasks }: Readonly<Pick<RunnerTestSuite, 'tasks'>>): ReadonlySet<string> {
  const chosen = tasks.filter(({ type, mode }) => type === 'test' && mode !== 'skip' && mode !== 'todo')
  return new Set(chosen.map(({ name }) => name))
}

function figuresOf({ status, sparsity, accuracy, seconds }: CellRecord): CellFigures {
  const inPercent = Object.entries(accuracy).map(([name, count]) => [name, count && percentage(count)])
  return {
    status,
    achievedSparsity: sparsity.achieved,
    accuracy: Object.fromEntries(inPercent) as CellFigures['accuracy'],
    seconds,
  }
}
