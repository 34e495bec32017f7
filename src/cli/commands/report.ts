import { join, relative } from 'node:path'
import { resolve } from '../../execute/index.ts'
import { goalsOf } from '../../plan/index.ts'
import { runsTable } from '../../report/index.ts'
import { Problem } from '../../values/problem.ts'
import type { Arguments } from '../arguments.ts'
import { chooseCells } from '../choose-cells.ts'
import type { Command } from '../command.ts'
import type { Environment } from '../environment.ts'
import { exitCodeOfRun, exitCodes } from '../exit-code.ts'
import { gatherReport } from '../gather-report.ts'
import { failuresInJournals } from '../journal-failures.ts'
import { judgeResults } from '../judge-results.ts'
import { openFile } from '../open-file.ts'
import { pageOf } from '../page.ts'
import { presentExports } from '../present-exports.ts'
import { present } from '../present.ts'
import { presentToGithub } from '../present-to-github.ts'
import { recordedRun, recordedRuns } from '../recorded-runs.ts'
import { reportFolder } from '../report-folder.ts'
import { openStoreOf, prepareSuite, storeFolder, suiteFlags } from '../session.ts'

/** Runs that are listed. */
const MOST = 20

/** `prune-bench report [<suite or run>]`: the same report from store and journals, computing nothing; without one, the runs. */
export const reportCommand: Command = {
  usage: '[<suite or run>]',
  summary: 'Rebuild the report of a suite or run from the store, computing nothing; list the runs.',
  flags: [...suiteFlags, 'shard', 'output', 'open', 'reporter', 'json'],
  run: async (given, env) => {
    const [name] = given.positionals
    if (name === undefined) return listed(given, env)
    const args = ofRun(name, given, env)
    const start = performance.now()
    const prepared = await prepareSuite(args, env, { download: 'never' })
    const { plan } = prepared
    const { cells, shard } = chooseCells(prepared, args)
    const store = openStoreOf(args, env)
    const { cached, compute } = await resolve(plan, goalsOf(cells), store)
    const failures = failuresInJournals(storeFolder(args, env), new Set(compute))
    const report = await gatherReport(prepared, { cells, shard }, store, failures, args)
    const { results, judged, details } = report
    const verdict = judgeResults({ results: judged, details }, prepared, args, env)
    const folder = reportFolder(prepared.identity, args, env)
    const count = (status: 'failed' | 'blocked') =>
      [...failures.values()].filter((end) => end.status === status).length
    const summary = {
      command: 'report' as const,
      computed: 0,
      cached: cached.length,
      failed: count('failed'),
      blocked: count('blocked'),
      cancelled: compute.length - failures.size,
      seconds: (performance.now() - start) / 1000,
    }
    await present({ ...report, verdict, summary }, folder, args, env)
    presentToGithub({ ...report, verdict }, prepared, folder, args, env)
    await presentExports({ prepared, results, series: details, store }, folder, args, env)
    if (args.options.open === true) await opened(join(folder, 'index.html'), env)
    return exitCodeOfRun(report.chosen, verdict)
  },
}

function listed(args: Arguments, env: Environment): number {
  const runs = recordedRuns(storeFolder(args, env), MOST)
  if (runs.length === 0) {
    throw new Problem('usage', 'no suite was named, and the store has no run', {
      hint: 'run a suite first: prune-bench suites/mlp.suite.ts',
    })
  }
  env.stdout.write(
    args.options.json === true ? `${JSON.stringify(runs, null, 2)}\n` : runsTable(runs, pageOf(args, env)),
  )
  return exitCodes.ok
}

/** The suite, profile and cells of the run of that name, if there is one. */
function ofRun(name: string, args: Arguments, env: Environment): Arguments {
  const run = recordedRun(storeFolder(args, env), name)
  if (run === undefined) return args
  const { suite, profile, filter } = run
  return {
    positionals: [suite],
    options: { profile, ...(filter === null ? {} : { filter }), ...args.options },
  }
}

async function opened(file: string, env: Environment): Promise<void> {
  if (await openFile(file)) return
  env.stderr.write(`no program here opens ${relative(env.cwd, file)}: open it in a browser yourself\n`)
}
