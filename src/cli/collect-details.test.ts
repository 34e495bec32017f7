import { expect, test } from 'vitest'
import type { PlannedCell } from '../plan/index.ts'
import type { Artifact } from '../values/artifact.ts'
import { digest, type Digest } from '../values/digest.ts'
import { uint8 } from '../values/host-tensor.ts'
import type { JsonObject } from '../values/json.ts'
import { collectDetails } from './collect-details.ts'

/** A store of what it is given, that counts what is read of it. */
function storeOf(artifacts: Readonly<Record<string, Artifact>>) {
  const byKey = new Map(Object.entries(artifacts).map(([name, artifact]) => [digest(name), artifact]))
  const read: Digest[] = []
  return {
    read: (key: Digest) => {
      read.push(key)
      return Promise.resolve(byKey.get(key))
    },
    facts: (key: Digest) => Promise.resolve(byKey.get(key)?.facts),
    wasRead: read,
  }
}

function cell(criterion: string, seed: number, units: Readonly<Record<string, string>>): PlannedCell {
  const all = { init: 'i', evaluate: 'e', train: 't', analyse: 'a', ...units }
  return {
    id: `${criterion} ${seed}`,
    point: { criterion, sparsity: 0.5, k: 0, seed, control: false },
    units: Object.fromEntries(
      Object.entries(all).map(([role, name]) => [role, digest(name)]),
    ) as unknown as PlannedCell['units'],
  }
}

const layers = [
  { name: 'b', kept: 1, total: 2 },
  { name: 'a', kept: 1, total: 2 },
]
const mask = (b: readonly number[], a: readonly number[], facts: JsonObject = {}): Artifact => ({
  facts: { layers, ...facts },
  tensors: { a: uint8([2], Uint8Array.from(a)), b: uint8([2], Uint8Array.from(b)) },
})

test('traces of searches, first losses and masks come from the store, each mask read once', async () => {
  const store = storeOf({
    found: mask([1, 0], [1, 0], { trace: { evaluated: [1, 2], best: [50, 60] } }),
    chosen: mask([1, 0], [0, 1]),
    trained: { facts: { firstLosses: [2.5, 1.5] }, tensors: {} },
  })
  const cells = [
    cell('sa', 1, { search: 'found', train: 'trained' }),
    cell('snip', 1, { mask: 'chosen', train: 'not yet' }),
    cell('snip', 2, { mask: 'chosen', train: 'trained' }),
    cell('random', 1, { mask: 'not yet' }),
    cell('unpruned', 1, { train: 'trained' }),
  ]
  const { traces, losses, similarity } = await collectDetails(cells, store)
  expect([...traces]).toEqual([['sa 1', { evaluated: [1, 2], best: [50, 60] }]])
  const curve = { iterations: [1, 2], loss: [2.5, 1.5] }
  expect([...losses]).toEqual([
    ['sa 1', curve],
    ['snip 2', curve],
    ['unpruned 1', curve],
  ])
  const [half] = similarity.sparsities
  expect(half?.groups).toEqual([
    { criterion: 'sa', k: 0, cells: 1 },
    { criterion: 'snip', k: 0, cells: 2 },
  ])
  // Layers in the order of the model, not of the alphabet. Masks of one seed alone are compared.
  expect(
    half?.pairs.map(({ a, b, n, cosine, layers: each }) => ({ a, b, n, mean: cosine.mean, each })),
  ).toEqual([
    {
      a: 0,
      b: 1,
      n: 1,
      mean: 0.5,
      each: [
        { name: 'b', cosine: 1 },
        { name: 'a', cosine: 0 },
      ],
    },
  ])
  expect(store.wasRead.filter((key) => key === digest('chosen'))).toHaveLength(1)
})
