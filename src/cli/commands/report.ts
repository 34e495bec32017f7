import { resolve } from '../../execute/index.ts'
import { goalsOf } from '../../plan/index.ts'
import { collectDetails } from '../collect-details.ts'
import { collectResults, identityOf } from '../collect.ts'
import type { Command } from '../command.ts'
import { exitCodeOfRun } from '../exit-code.ts'
import { failuresInJournals } from '../journal-failures.ts'
import { judgeResults } from '../judge-results.ts'
import { presentExports } from '../present-exports.ts'
import { present } from '../present.ts'
import { selectCells } from '../select-cells.ts'
import { openStoreOf, prepareSuite, storeFolder, suiteFlags } from '../session.ts'

/** `prune-bench report <suite>`: the same report from store and journals, computing nothing. */
export const reportCommand: Command = {
  usage: '<suite>',
  summary: 'Rebuild the report of a suite from the store, computing nothing.',
  flags: [...suiteFlags, 'output', 'json'],
  run: async (args, env) => {
    const start = performance.now()
    const prepared = await prepareSuite(args, env, { download: 'never' })
    const { plan } = prepared
    const cells = selectCells(plan, args.options.filter)
    const store = openStoreOf(args, env)
    const { cached, compute } = await resolve(plan, goalsOf(cells), store)
    const failures = failuresInJournals(storeFolder(args, env), new Set(compute))
    const results = await collectResults(identityOf(prepared, cells, args), plan, cells, store, failures)
    const count = (status: 'failed' | 'blocked') =>
      [...failures.values()].filter((end) => end.status === status).length
    const details = await collectDetails(cells, store)
    const verdict = judgeResults({ results, details }, prepared, args, env)
    const summary = {
      command: 'report' as const,
      computed: 0,
      cached: cached.length,
      failed: count('failed'),
      blocked: count('blocked'),
      cancelled: compute.length - failures.size,
      seconds: (performance.now() - start) / 1000,
    }
    present({ results, verdict, summary }, args, env)
    await presentExports(cells, { prepared, results, store }, args, env)
    return exitCodeOfRun(results, verdict)
  },
}
