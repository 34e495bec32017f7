import { Problem } from '../../values/problem.ts'
import type { Command } from '../command.ts'
import { runSuite } from '../run-suite.ts'
import { suiteFlags } from '../session.ts'
import { watchSuite } from '../watch-suite.ts'

/** `prune-bench <suite>`: computes what is not stored, writes the report, prints the tables. */
export const runCommand: Command = {
  usage: '<suite>',
  summary: 'Run a suite: compute what is missing, print tables, write reports/<suite>/<profile>/<data>/.',
  flags: [
    ...suiteFlags,
    ...([
      'workers',
      'bail',
      'retry',
      'timeout',
      'stop-after',
      'force',
      'replace',
      'shard',
      'watch',
      'update',
      'output',
      'reporter',
      'json',
    ] as const),
  ],
  run: async (args, env) => {
    if (args.options.replace === true && args.options.force !== true) {
      throw new Problem('usage', '--replace says which result is kept where --force gives another one', {
        hint: 'write --force --replace, or leave --replace out',
      })
    }
    if (args.options.watch !== true) return (await runSuite(args, env)).code
    if (args.options.force === true) {
      throw new Problem('usage', '--watch and --force together would compute everything at every change', {
        hint: 'run with --force once, then with --watch',
      })
    }
    return watchSuite(args, env)
  },
}
