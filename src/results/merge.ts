import { canonicalJson } from '../values/canonical-json.ts'
import type { Json } from '../values/json.ts'
import { Problem } from '../values/problem.ts'
import { buildResults } from './build.ts'
import type { CellRecord, Results, RunIdentity, Shard } from './types.ts'

/** Results of one shard, and what to call them in messages. */
export interface ShardResults {
  readonly name: string
  readonly results: Results
}

/**
 * The results of the run that shards are parts of: what it would have reported undivided, but for times. Throws a
 * `Problem` where a shard is missing or there twice, or where they are not parts of one run.
 */
export function mergeResults(shards: readonly ShardResults[]): Results {
  const [first] = shards
  if (first === undefined)
    throw new Problem('usage', 'there are no shards to merge', { hint: 'name their folders' })
  const { count, cells } = shardOf(first)
  const byIndex = new Map<number, ShardResults>()
  for (const shard of shards) {
    const { index } = shardOf(shard)
    checkSame(first, shard)
    const twin = byIndex.get(index)
    if (twin !== undefined) {
      throw new Problem('usage', `shard ${index}/${count} is there twice: ${twin.name} and ${shard.name}`, {
        hint: 'leave one of them out',
      })
    }
    byIndex.set(index, shard)
  }
  const missing = Array.from({ length: count }, (_, i) => i + 1).filter((index) => !byIndex.has(index))
  if (missing.length > 0) {
    throw new Problem(
      'usage',
      `of ${count} shards, ${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing`,
      {
        hint: `run the suite with --shard ${missing[0] ?? 1}/${count} and name its folder, too`,
      },
    )
  }
  return buildResults(
    { ...first.results.identity, shard: null },
    inOrder(disjoint(shards, cells), first.results.identity),
  )
}

function shardOf({ name, results }: ShardResults): Shard {
  const { shard } = results.identity
  if (shard !== null) return shard
  throw new Problem('usage', `${name} holds the results of a whole run, not of a shard`, {
    hint: 'run the suite with --shard 1/2, --shard 2/2 and so on',
  })
}

/** Throws a `Problem` naming the first thing in which two runs differ that must not: where data lay is no such thing. */
function checkSame(a: ShardResults, b: ShardResults): void {
  const difference = firstDifference(comparable(a.results.identity), comparable(b.results.identity), '')
  if (difference === null) return
  const { path, before, after } = difference
  throw new Problem(
    'usage',
    `the shards are of different runs: ${path} is ${before} in ${a.name}, ${after} in ${b.name}`,
    {
      hint: 'run all shards from the same sources, with the same options, versions and data',
    },
  )
}

function comparable(identity: RunIdentity): Json {
  const { shard, data, ...rest } = identity
  const { digest, name, train, test, split = 'first' } = data
  const { count, cells } = shard ?? { count: 0, cells: 0 }
  return { ...rest, data: { digest, name, train, test, split }, shard: { count, cells } } as unknown as Json
}

function firstDifference(
  a: Json | undefined,
  b: Json | undefined,
  path: string,
): { path: string; before: string; after: string } | null {
  const [before, after] = [a, b].map((value) =>
    value === undefined ? 'not there' : canonicalJson(value),
  ) as [string, string]
  if (before === after) return null
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null)
    return { path, before, after }
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])]
  const inside = (of: object, name: string) => (of as Record<string, Json | undefined>)[name]
  for (const name of names) {
    const found = firstDifference(inside(a, name), inside(b, name), path === '' ? name : `${path}.${name}`)
    if (found !== null) return found
  }
  return { path, before, after }
}

/** The cells of all shards. Throws a `Problem` where one is in two of them, or in none. */
function disjoint(shards: readonly ShardResults[], expected: number): readonly CellRecord[] {
  const owner = new Map<string, string>()
  for (const { name, results } of shards) {
    for (const { id } of results.cells) {
      const other = owner.get(id)
      if (other !== undefined) throw cutDifferently(`the cell ${id} is in ${other} and in ${name}`)
      owner.set(id, name)
    }
  }
  if (owner.size < expected)
    throw cutDifferently(`${expected - owner.size} of ${expected} cells are in no shard`)
  return shards.flatMap(({ results }) => results.cells)
}

function cutDifferently(what: string): Problem {
  return new Problem('usage', `the shards were cut differently: ${what}`, {
    hint: 'cells are cut by what units took in earlier whole runs: start all shards with the same store, or with none',
  })
}

/** As the suite lists its criteria, which is the order of reports. */
function inOrder(cells: readonly CellRecord[], { criteria }: RunIdentity): CellRecord[] {
  const rank = ({ point }: CellRecord) => criteria.findIndex(({ label }) => label === point.criterion)
  return [...cells].sort((a, b) => rank(a) - rank(b))
}
