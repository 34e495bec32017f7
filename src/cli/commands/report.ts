import { resolve } from '../../execute/index.ts'
import { goalsOf } from '../../plan/index.ts'
import { collectResults, identityOf } from '../collect.ts'
import type { Command } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { failuresInJournals } from '../journal-failures.ts'
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
    present(
      results,
      {
        command: 'report',
        computed: 0,
        cached: cached.length,
        failed: count('failed'),
        blocked: count('blocked'),
        cancelled: compute.length - failures.size,
        seconds: (performance.now() - start) / 1000,
      },
      args,
      env,
    )
    await presentExports(cells, { prepared, results, store }, args, env)
    return results.cells.every((cell) => cell.status === 'ok' || cell.status === 'collapsed')
      ? exitCodes.ok
      : exitCodes.failed
  },
}
