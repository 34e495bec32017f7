import { lineage } from '../plan/index.ts'
import { counted } from '../report/index.ts'
import type { Digest } from '../values/digest.ts'
import { Problem } from '../values/problem.ts'
import type { Arguments } from './arguments.ts'
import type { Environment } from './environment.ts'
import { exitCodes } from './exit-code.ts'
import { cellsNamed } from './select-cells.ts'
import { openStoreOf, prepareSuite } from './session.ts'

/**
 * `prune-bench cache forget <suite> <cells>`: removes the artifacts and checkpoints that cells are made from, and names
 * other cells whose results go with them. Throws a `Problem` where no cell is named: all of a suite would be lost.
 */
export async function forgetCells(args: Arguments, env: Environment): Promise<number> {
  const [suite, ...words] = args.positionals
  if (suite === undefined || (words.length === 0 && args.options.filter === undefined)) {
    throw new Problem('usage', 'cache forget needs a suite and cells of it', {
      hint: 'write prune-bench cache forget mlp "snip s=90% k=0 seed=1", or words that cells have in their names',
    })
  }
  const { plan } = await prepareSuite({ ...args, positionals: [suite] }, env, { download: 'never' })
  const cells = cellsNamed(plan, words, args.options.filter)
  const goals = cells.flatMap(({ units }) => Object.values(units) as Digest[])
  const keys = new Set(goals.flatMap((key) => lineage(plan, key)))
  const store = openStoreOf(args, env)
  let removed = 0
  for (const key of keys) {
    if (await store.has(key)) removed++
    await store.remove(key)
    await store.checkpoints.remove(key)
  }
  const chosen = new Set(cells)
  const others = plan.cells.filter(
    (cell) => !chosen.has(cell) && (Object.values(cell.units) as Digest[]).some((key) => keys.has(key)),
  )
  env.stdout.write(
    [
      `${counted(removed, 'artifact')} of ${counted(cells.length, 'cell')} removed: ${namesOf(cells)}`,
      ...(others.length === 0
        ? []
        : [`Some of them were also results of ${counted(others.length, 'other cell')}: ${namesOf(others)}`]),
      'The next run computes what is missing.',
      '',
    ].join('\n'),
  )
  return exitCodes.ok
}

function namesOf(cells: readonly { readonly id: string }[]): string {
  const shown = cells.slice(0, 8).map(({ id }) => id)
  return `${shown.join(', ')}${cells.length > shown.length ? `, and ${cells.length - shown.length} more` : ''}`
}
