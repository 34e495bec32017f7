import { goalsOf } from '../../plan/index.ts'
import { collectResults } from '../collect.ts'
import type { Command } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { present } from '../present.ts'
import { selectCells } from '../select-cells.ts'
import { openStoreOf, prepareSuite, suiteFlags } from '../session.ts'

/** `prune-bench report <suite>`: the same report from what is stored, computing nothing. */
export const reportCommand: Command = {
  usage: '<suite>',
  summary: 'Rebuild the report of a suite from the store, computing nothing.',
  flags: [...suiteFlags, 'output', 'json'],
  run: async (args, env) => {
    const start = performance.now()
    const { plan, identity } = await prepareSuite(args, env, { download: 'never' })
    const cells = selectCells(plan, args.options.filter)
    const results = await collectResults(identity, plan, cells, openStoreOf(args, env), new Map())
    const missing = results.cells.filter((cell) => cell.status === 'cancelled').length
    present(
      results,
      {
        computed: 0,
        cached: goalsOf(cells).length,
        failed: 0,
        blocked: 0,
        cancelled: missing,
        seconds: (performance.now() - start) / 1000,
      },
      args,
      env,
    )
    return missing > 0 ? exitCodes.failed : exitCodes.ok
  },
}
