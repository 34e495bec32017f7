import { compareTable } from '../../report/index.ts'
import { compareResults } from '../../results/index.ts'
import { Problem } from '../../values/problem.ts'
import type { Command } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { pageOf } from '../page.ts'
import { resultsNamed } from '../results-named.ts'

/** `prune-bench compare A B`: two results side by side; it informs, and judges nothing. */
export const compareCommand: Command = {
  usage: '<A> <B>',
  summary: 'Set two results side by side: results.json, a report’s folder, or suite:profile.',
  flags: ['data', 'store', 'runtime', 'device', 'threads', 'together', 'json'],
  run: async (args, env) => {
    const [first, second, ...more] = args.positionals
    if (first === undefined || second === undefined || more.length > 0) {
      throw new Problem('usage', `compare needs two results, not ${args.positionals.length}`, {
        hint: 'write prune-bench compare reports/mlp/quick/mnist earlier/results.json, or prune-bench compare mlp:quick mlp:full',
      })
    }
    const a = await resultsNamed(first, args, env)
    const b = await resultsNamed(second, args, env)
    const comparison = compareResults(a.results, b.results)
    const document = { schema: 'prune-bench/comparison@1', a: a.name, b: b.name, ...comparison }
    env.stdout.write(
      args.options.json === true
        ? `${JSON.stringify(document, null, 2)}\n`
        : compareTable(a, b, comparison, pageOf(args, env)),
    )
    return exitCodes.ok
  },
}
