import { readFileSync } from 'node:fs'
import { describeProblem } from '../report/index.ts'
import { plainText } from '../values/plain-text.ts'
import { Problem } from '../values/problem.ts'
import type { Options } from './arguments.ts'
import { colourFlag } from './colour-flag.ts'
import { useColour, type Environment } from './environment.ts'
import { exitCodes } from './exit-code.ts'

/** Tells on standard error what went wrong, whatever was thrown, and returns the exit code that it stands for. */
export function tellProblem(error: unknown, options: Options, env: Environment): number {
  const colour = useColour(colourFlag(options), env.env, env.stderr.isTTY)
  if (error instanceof Problem) {
    const readFile = (file: string) => readFileSync(file, 'utf8')
    env.stderr.write(`${describeProblem(error, { colour, readFile })}\n`)
    return exitCodes[error.kind]
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  env.stderr.write(`prune-bench failed unexpectedly; this is a bug worth reporting:\n${plainText(text)}\n`)
  return exitCodes.infrastructure
}
