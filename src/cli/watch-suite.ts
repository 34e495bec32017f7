import { join, relative } from 'node:path'
import { changedCells, type PlannedCell } from '../plan/index.ts'
import { Problem } from '../values/problem.ts'
import type { Arguments } from './arguments.ts'
import type { Environment } from './environment.ts'
import { chooseCells } from './choose-cells.ts'
import { exitCodeOfSignal } from './exit-code.ts'
import { onInterrupt } from './interrupts.ts'
import { findSuite, pluginFolders } from './project.ts'
import { runSuite, type RunEnd } from './run-suite.ts'
import { suiteNamed } from './session.ts'
import { watchSources } from './source-watcher.ts'
import { tellProblem } from './tell-problem.ts'

/**
 * Runs a suite, and again whenever a file that it is made from changes, until Ctrl-C. Keys decide what a change makes
 * stale; a file that cannot be loaded is told of and waited for. Returns the exit code.
 */
export async function watchSuite(args: Arguments, env: Environment): Promise<number> {
  const say = (text: string) => env.stderr.write(`${text}\n`)
  const folders = [...Object.values(pluginFolders), 'suites'].map((folder) => join(env.root, folder))
  // A suite that is not there is no change to wait for.
  let sources: readonly string[] = [
    findSuite(env, suiteNamed(args.positionals[0] ?? '', undefined).suite).file,
  ]
  let cells: readonly PlannedCell[] | undefined
  let outdated = new AbortController()
  const left = new AbortController()
  // Also between runs, and while one is planned.
  const interrupts = onInterrupt(
    () => left.abort(),
    () => undefined,
  )
  const watcher = await watchSources(() => outdated.abort())
  try {
    for (let changed: readonly string[] = []; ;) {
      outdated = new AbortController()
      watcher.follow(sources, folders)
      const end = await attempt(async () =>
        runSuite(args, env, {
          outdated: outdated.signal,
          onPlanned: (prepared) => {
            const planned = chooseCells(prepared, args).cells
            if (changed.length > 0) say(whatChanged(changed, cells ?? [], planned, env))
            cells = planned
            sources = prepared.sources
            watcher.follow(sources, folders)
          },
        }),
      )
      if (end?.signal !== undefined) return end.code
      if (!outdated.signal.aborted) say(`watching ${new Set(sources).size} files: Ctrl-C leaves`)
      changed = await watcher.changes(left.signal)
      const signal = interrupts.received()
      if (signal !== undefined) return exitCodeOfSignal[signal]
    }
  } finally {
    interrupts.stop()
    await watcher.close()
  }

  async function attempt(run: () => Promise<RunEnd>): Promise<RunEnd | undefined> {
    try {
      return await run()
    } catch (error) {
      tellProblem(error, args.options, env)
      // What is wrong may lie in a file that was not read before.
      if (error instanceof Problem && error.place !== undefined) sources = [...sources, error.place.file]
      watcher.follow(sources, folders)
      return undefined
    }
  }
}

/** `criteria/snip.ts changed: 8 of 24 cells depend on it`. */
function whatChanged(
  files: readonly string[],
  before: readonly PlannedCell[],
  after: readonly PlannedCell[],
  { cwd }: Environment,
): string {
  const names = files.map((file) => relative(cwd, file)).join(', ')
  const concerned = changedCells(before, after).length
  const gone = before.length - after.filter(({ id }) => before.some((cell) => cell.id === id)).length
  const depend = `${concerned === 0 ? 'none' : concerned} of ${after.length} cells ${concerned === 1 ? 'depends' : 'depend'} on it`
  return `\n${names} changed: ${depend}${gone === 0 ? '' : `; ${gone} ${gone === 1 ? 'is' : 'are'} gone`}`
}
