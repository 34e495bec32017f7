import { resolve } from '../../execute/index.ts'
import { goalsOf } from '../../plan/index.ts'
import { Problem } from '../../values/problem.ts'
import { acceptBaseline } from '../accept-baseline.ts'
import { checkMayAccept } from '../baseline-file.ts'
import { collectResults, identityOf } from '../collect.ts'
import type { Command } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { selectCells } from '../select-cells.ts'
import { openStoreOf, prepareSuite, suiteFlags } from '../session.ts'

/** `prune-bench baseline accept <suite>`: what the store holds of a suite becomes what later runs are held against. */
export const baselineCommand: Command = {
  usage: 'accept <suite>',
  summary: 'Accept the results of a suite: later runs that are worse fail. Shows what changes.',
  // Seeds that are not the suite's would be obsolete at once.
  flags: suiteFlags.filter((flag) => flag !== 'seed'),
  run: async (args, env) => {
    const [deed, ...positionals] = args.positionals
    if (deed !== 'accept') {
      throw new Problem(
        'usage',
        deed === undefined ? 'baseline does not say what to do' : `baseline ${deed} is not a command`,
        {
          hint: 'write prune-bench baseline accept <suite>',
        },
      )
    }
    checkMayAccept(env)
    const prepared = await prepareSuite({ ...args, positionals }, env, { download: 'never' })
    const { plan } = prepared
    const cells = selectCells(plan, args.options.filter)
    const store = openStoreOf(args, env)
    const { compute } = await resolve(plan, goalsOf(cells), store)
    if (compute.length > 0) {
      throw new Problem(
        'usage',
        `${compute.length} units of ${prepared.suite} are not computed: there is nothing to accept yet`,
        {
          hint: `run prune-bench ${prepared.suite} first`,
        },
      )
    }
    const results = await collectResults(identityOf(prepared, cells, args), plan, cells, store, new Map())
    env.stdout.write(acceptBaseline(results, prepared, args, env))
    return exitCodes.ok
  },
}
