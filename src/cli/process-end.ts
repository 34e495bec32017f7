import { writeSync } from 'node:fs'
import { Problem } from '../values/problem.ts'
import { exitCodeOfSignal, exitCodes } from './exit-code.ts'
import { placeInStack } from './place.ts'

type Output = Pick<NodeJS.WriteStream, 'write'>

/** Ends the process with an exit code, once its outputs have taken all that was written to them. */
export type EndProcess = (code: number) => Promise<never>

/**
 * Makes whatever plugins print go to standard error, where it mixes with no results, and returns the true standard output.
 */
export function claimStandardOutput(): NodeJS.WriteStream {
  const { stdout, stderr } = process
  Object.defineProperty(process, 'stdout', { configurable: true, enumerable: true, get: () => stderr })
  return stdout
}

/**
 * From here on a plugin that ends the process gets a `Problem` of usage in place of that: a run that ends half done must not
 * look like one that went well.
 */
export function forbidExits(root: string): void {
  const forbid = (call: string): never => {
    const problem = new Problem('usage', `${call} was called`, {
      hint: 'a plugin must not end the process: throw an error, or return',
    })
    const place = placeInStack(problem, root)
    if (place === undefined) throw problem
    throw new Problem('usage', problem.message, { hint: problem.hint as string, place })
  }
  const kill = process.kill.bind(process)
  process.exit = (code) => forbid(`process.exit(${code ?? ''})`)
  process.abort = () => forbid('process.abort()')
  process.kill = (pid, signal) =>
    pid === process.pid ? forbid(`process.kill(process.pid)`) : kill(pid, signal)
}

/**
 * Ends the process with a line when Ctrl-C or SIGTERM comes while nothing else listens, as a run does: before it begins, while
 * its report is written, and in every other command.
 */
export function endOnSignals(end: EndProcess, say: (text: string) => void): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (process.listenerCount(signal) > 1) return
      say(`stopped by ${signal}: what was computed is stored\n`)
      void end(exitCodeOfSignal[signal])
    })
}

/**
 * Makes the program the only one to end the process. Timers and servers that plugins left open do not keep it, and where
 * nothing is left to wait for before the end, that is told and is a failure.
 */
export function endingOf(outputs: readonly Output[]): EndProcess {
  const exit = process.exit.bind(process)
  let ended = false
  process.on('exit', () => {
    if (ended) return
    process.exitCode = exitCodes.infrastructure
    writeSync(2, 'prune-bench ended before it was done; this is a bug worth reporting\n')
  })
  return async (code) => {
    await Promise.all(outputs.map((output) => new Promise((resolve) => output.write('', resolve))))
    ended = true
    return exit(code)
  }
}
