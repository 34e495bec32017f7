import type { Command } from '../command.ts'
import { baselineCommand } from './baseline.ts'
import { cacheCommand } from './cache.ts'
import { compareCommand } from './compare.ts'
import { doctorCommand } from './doctor.ts'
import { exportCommand } from './export.ts'
import { initCommand } from './init.ts'
import { listCommand } from './list.ts'
import { mergeCommand } from './merge.ts'
import { newCommand } from './new.ts'
import { planCommand } from './plan.ts'
import { reportCommand } from './report.ts'
import { runCommand } from './run.ts'
import { whyCommand } from './why.ts'

/** The program's commands by name. */
export const commands: Readonly<Record<string, Command>> = {
  run: runCommand,
  list: listCommand,
  plan: planCommand,
  why: whyCommand,
  report: reportCommand,
  merge: mergeCommand,
  compare: compareCommand,
  export: exportCommand,
  baseline: baselineCommand,
  doctor: doctorCommand,
  cache: cacheCommand,
  init: initCommand,
  new: newCommand,
}
