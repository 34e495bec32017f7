import { Problem } from '../../values/problem.ts'
import type { Command } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { openStoreOf } from '../session.ts'

/** `prune-bench cache verify`: reads everything stored and sets bad artifacts aside. */
export const cacheCommand: Command = {
  usage: 'verify',
  summary: 'Read everything stored, check its digests, set bad artifacts aside.',
  flags: ['store'],
  run: async (args, env) => {
    if (args.positionals.join(' ') !== 'verify') {
      throw new Problem('usage', `cache ${args.positionals.join(' ')} is not a command`, {
        hint: 'write prune-bench cache verify',
      })
    }
    const store = openStoreOf(args, env)
    let bad = 0
    for await (const { file, expected, found, movedTo } of store.verify()) {
      bad++
      env.stdout.write(`bad: ${file}\n  expected ${expected}\n  found    ${found}\n  moved to ${movedTo}\n`)
    }
    let good = 0
    let bytes = 0
    for await (const artifact of store.list()) {
      good++
      bytes += artifact.bytes
    }
    env.stdout.write(
      `${good} artifacts are good (${(bytes / 2 ** 20).toFixed(1)} MiB)` +
        (bad === 0 ? '\n' : `; ${bad} were bad and will be computed again when a suite needs them\n`),
    )
    return bad === 0 ? exitCodes.ok : exitCodes.failed
  },
}
