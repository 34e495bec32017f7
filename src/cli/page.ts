import type { Arguments } from './arguments.ts'
import { colourFlag } from './colour-flag.ts'
import { columnsOf, useColour, type Environment } from './environment.ts'

/** How wide tables on standard output may be, and whether they may be coloured. */
export function pageOf(
  { options }: Arguments,
  { stdout, env }: Environment,
): { columns: number; colour: boolean } {
  return { columns: columnsOf(stdout, env), colour: useColour(colourFlag(options), env, stdout.isTTY) }
}
