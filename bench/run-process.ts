import { execFile } from 'node:child_process'
import { join } from 'node:path'

export interface Ended {
  /** From its start to its end. */
  readonly seconds: number
  readonly stdout: string
}

/** Runs the built command line to its end, in `cwd`. Throws with what it printed where it does not exit with 0. */
export function runProcess(
  args: readonly string[],
  { root, cwd, env }: { root: string; cwd: string; env: Readonly<Record<string, string | undefined>> },
): Promise<Ended> {
  const started = performance.now()
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [join(root, 'dist/cli.js'), ...args],
      { cwd, env, maxBuffer: 2 ** 28 },
      (error, stdout, stderr) => {
        const seconds = (performance.now() - started) / 1000
        if (error)
          reject(new Error(`prune-bench ${args.join(' ')} failed: ${error.message}\n${stderr}${stdout}`))
        else resolve({ seconds, stdout })
      },
    )
  })
}
