import { expect, test } from 'vitest'
import { digest } from '../values/digest.ts'
import { Problem } from '../values/problem.ts'
import { buildResults } from './build.ts'
import { collectCells } from './collect.ts'
import { mergeResults, type ShardResults } from './merge.ts'
import { identity } from './sample-identity.ts'
import { samplePlan } from './sample-plan.ts'
import { serializeResults } from './serialize.ts'
import type { CellRecord, RunIdentity } from './types.ts'

const { plan, facts, seconds } = samplePlan()
const records = collectCells({
  plan,
  facts: (key) => facts.get(key),
  seconds: (key) => seconds.get(key),
  failures: new Map(),
})
const whole = buildResults(identity, records)

function shard(
  index: number,
  count: number,
  cells: readonly CellRecord[],
  changes: Partial<RunIdentity> = {},
): ShardResults {
  const part = { index, count, cells: records.length }
  return { name: `shard-${index}`, results: buildResults({ ...identity, ...changes, shard: part }, cells) }
}

/** Every third cell, beginning with the given one. */
const third = (from: number) => records.filter((_, i) => i % 3 === from)

const refusal = (shards: readonly ShardResults[]): string => {
  try {
    mergeResults(shards)
  } catch (error) {
    expect(error).toBeInstanceOf(Problem)
    return (error as Problem).message
  }
  return expect.fail('they were merged')
}

test('shards in any order, cut in any way, are the whole to the last character', () => {
  const shards = [shard(3, 3, third(2)), shard(1, 3, third(0)), shard(2, 3, third(1))]
  expect(serializeResults(mergeResults(shards))).toBe(serializeResults(whole))
  const last = records.filter(({ point }) => point.criterion === 'annealing')
  const rest = records.filter(({ point }) => point.criterion !== 'annealing')
  expect(mergeResults([shard(1, 2, last), shard(2, 2, rest)])).toEqual(whole)
})

test('where data lay may differ from machine to machine', () => {
  const data = { ...identity.data, origin: 'elsewhere', passedOver: [] }
  expect(
    mergeResults([shard(1, 3, third(0)), shard(2, 3, third(1), { data }), shard(3, 3, third(2))]),
  ).toEqual(whole)
})

test('one that is missing, or there twice, is refused by its number', () => {
  expect(refusal([shard(1, 3, third(0)), shard(3, 3, third(2))])).toBe('of 3 shards, 2 is missing')
  expect(refusal([shard(1, 3, third(0)), shard(1, 3, third(0))])).toBe(
    'shard 1/3 is there twice: shard-1 and shard-1',
  )
  expect(refusal([{ name: 'all', results: whole }])).toBe(
    'all holds the results of a whole run, not of a shard',
  )
})

test.each([
  ['suite', { suite: 'cnn' }, 'suite is "mlp" in shard-1, "cnn" in shard-2'],
  ['profile', { profile: 'full' }, 'profile is "quick" in shard-1, "full" in shard-2'],
  ['data', { data: { ...identity.data, train: 7 } }, 'data.train is 1000 in shard-1, 7 in shard-2'],
  [
    'engine',
    { engine: { ...identity.engine, version: '2' } },
    'engine.version is "1.30.0" in shard-1, "2" in shard-2',
  ],
  [
    'version',
    { versions: { ...identity.versions, node: '24' } },
    'versions.node is "20.19.4" in shard-1, "24" in shard-2',
  ],
  [
    'criterion',
    {
      criteria: identity.criteria.map((one, i) =>
        i === 1 ? { ...one, plugin: { ...one.plugin, digest: digest('new') } } : one,
      ),
    },
    'criteria.1.plugin.digest',
  ],
] as const)('those of another %s are refused by what differs', (_, changes, words) => {
  expect(refusal([shard(1, 2, third(0)), shard(2, 2, [...third(1), ...third(2)], changes)])).toContain(words)
})

test('those that were cut otherwise are refused by a cell', () => {
  expect(refusal([shard(1, 2, third(0)), shard(2, 3, third(1))])).toContain('shard.count is 2')
  const twice = [shard(1, 2, third(0)), shard(2, 2, records)]
  expect(refusal(twice)).toBe(
    `the shards were cut differently: the cell ${third(0)[0]?.id ?? ''} is in shard-1 and in shard-2`,
  )
  expect(refusal([shard(1, 2, third(0)), shard(2, 2, third(1))])).toBe(
    `the shards were cut differently: ${third(2).length} of ${records.length} cells are in no shard`,
  )
})
