import type { Arguments, FlagName } from './arguments.ts'
import type { Environment } from './environment.ts'

/** One command of the program. */
export interface Command {
  /** How its arguments are written: `<suite>`. */
  readonly usage: string
  readonly summary: string
  /** The options it takes, besides --help and the colour options. */
  readonly flags: readonly FlagName[]
  /** Returns the exit code. */
  readonly run: (args: Arguments, env: Environment) => Promise<number>
}
