import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { describeProblem } from '../report/index.ts'
import { diskProblem, errorCode } from '../store/index.ts'
import { plainText } from '../values/plain-text.ts'
import { Problem } from '../values/problem.ts'
import type { Options } from './arguments.ts'
import { colourFlag } from './colour-flag.ts'
import { useColour, type Environment } from './environment.ts'
import { exitCodes } from './exit-code.ts'
import { placeInStack } from './place.ts'

/** Tells on standard error what went wrong, whatever was thrown, and returns the exit code that it stands for. */
export function tellProblem(error: unknown, options: Options, env: Environment): number {
  const colour = useColour(colourFlag(options), env.env, env.stderr.isTTY)
  const problem = problemOf(error, env)
  if (problem !== undefined) {
    const readFile = (file: string) => readFileSync(file, 'utf8')
    env.stderr.write(`${describeProblem(problem, { colour, readFile })}\n`)
    return exitCodes[problem.kind]
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  env.stderr.write(`prune-bench failed unexpectedly; this is a bug worth reporting:\n${plainText(text)}\n`)
  return exitCodes.infrastructure
}

/** What a user can mend: a `Problem`, or what was thrown by a file of the user's. Undefined for a bug of the program. */
function problemOf(error: unknown, { root }: Environment): Problem | undefined {
  if (error instanceof Problem) {
    const place = error.place ?? placeInStack(error.cause, root)
    if (place === error.place || place === undefined) return error
    return new Problem(error.kind, error.message, {
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      place,
      cause: error,
    })
  }
  const place = placeInStack(error, root)
  if (place === undefined) return problemOfDisk(error)
  const message = error instanceof Error ? error.message : String(error)
  return new Problem('usage', `${relative(root, place.file)} threw: ${message}`, {
    hint: 'correct the file and run again',
    place,
    cause: error,
  })
}

/** A file operation of the program that failed where nobody could say more about it: that is the disk's doing, no bug. */
function problemOfDisk(error: unknown): Problem | undefined {
  const { syscall, path } = error as NodeJS.ErrnoException
  if (errorCode(error) === undefined || syscall === undefined || !onDisks.has(syscall)) return undefined
  return diskProblem(error, syscall, path ?? 'a file') as Problem
}

const onDisks = new Set(
  'open read write close fsync fdatasync ftruncate mkdir rename rm unlink rmdir copyfile link'.split(' '),
)
