import { resolve } from '../../execute/index.ts'
import { goalsOf, lineage } from '../../plan/index.ts'
import { planTable } from '../../report/index.ts'
import type { Digest } from '../../values/digest.ts'
import { checkPlugins } from '../check-plugins.ts'
import { chooseCells } from '../choose-cells.ts'
import type { Command } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { pageOf } from '../page.ts'
import { openStoreOf, prepareSuite, suiteFlags } from '../session.ts'

/** `prune-bench plan <suite>`: what a run would compute, and what the store has already. */
export const planCommand: Command = {
  usage: '<suite>',
  summary: 'Show what a run would compute and what is stored already.',
  flags: [...suiteFlags, 'shard', 'json'],
  run: async (args, env) => {
    const prepared = await prepareSuite(args, env, { download: 'later' })
    const { plan, identity, data } = prepared
    const { cells } = chooseCells(prepared, args)
    const { cached, compute } = await resolve(plan, goalsOf(cells), openStoreOf(args, env))
    if (compute.length > 0) await checkPlugins(prepared)
    const missing = new Set<Digest>(compute)
    const needed = new Set<Digest>([...cached, ...compute])
    const overview = {
      suite: identity.suite,
      profile: identity.profile,
      cells: cells.map(({ id, units }) => ({ id, missing: missingOf(Object.values(units) as Digest[]) })),
      units: [...plan.units.values()]
        .filter((unit) => needed.has(unit.key))
        .map(({ key, kind, label, weight }) => ({ kind, label, weight, cached: !missing.has(key) })),
      passedOver: data.passedOver,
      data: data.name,
    }
    env.stdout.write(
      args.options.json === true
        ? `${JSON.stringify(overview, null, 2)}\n`
        : planTable(overview, pageOf(args, env)),
    )
    return exitCodes.ok

    function missingOf(keys: readonly Digest[]): number {
      return new Set(
        keys.flatMap((key) => (missing.has(key) ? lineage(plan, key) : [])).filter((key) => missing.has(key)),
      ).size
    }
  },
}
