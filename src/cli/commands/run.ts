import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { createRunControl, resolveRun, runPlan, type RunEvent, type RunOutcome } from '../../execute/index.ts'
import { filterCells, goalsOf } from '../../plan/index.ts'
import { createLiveView, type LiveView } from '../../report/index.ts'
import type { Results, RunSummary } from '../../results/index.ts'
import { openJournal } from '../../store/index.ts'
import { Problem } from '../../values/problem.ts'
import { wholeNumber, type Arguments } from '../arguments.ts'
import { collectResults } from '../collect.ts'
import { colourFlag } from '../colour-flag.ts'
import type { Command } from '../command.ts'
import { columnsOf, useColour, type Environment } from '../environment.ts'
import { exitCodes } from '../exit-code.ts'
import { onInterrupt } from '../interrupts.ts'
import type { Prepared } from '../prepare.ts'
import { present } from '../present.ts'
import { openStoreOf, prepareSuite, storeFolder, suiteFlags } from '../session.ts'
import { selectCells } from '../select-cells.ts'

/** `prune-bench <suite>`: computes what is not stored, writes the report, prints the tables. */
export const runCommand: Command = {
  usage: '<suite>',
  summary: 'Run a suite: compute what is missing, print tables, write reports/<suite>/results.json.',
  flags: [...suiteFlags, 'workers', 'bail', 'retry', 'timeout', 'force', 'output', 'json', 'quiet'],
  run: async (args, env) => {
    throw new Problem('infrastructure', 'not wired yet')
  },
}
