import { expect, test } from 'vitest'
import { planTable, type PlanOverview } from './plan-table.ts'
import { textWidth } from './text-width.ts'

const cells = ['snip', 'random', 'simulated-annealing'].flatMap((criterion) =>
  [70, 80, 90].flatMap((sparsity) =>
    [1, 2, 3].map((seed) => `${criterion} · ${sparsity}% · k=0 · seed ${seed}`),
  ),
)
const overview: PlanOverview = {
  suite: 'mlp',
  profile: 'quick',
  cells: cells.map((id, i) => ({ id, missing: i % 9 < 7 ? (i % 4) + 1 : 0 })),
  units: [
    ...[1, 2, 3].map((seed) => ({ kind: 'init', label: `init seed ${seed}`, weight: 266_200, cached: true })),
    ...cells.flatMap((id, i) => [
      { kind: 'mask', label: `mask ${id}`, weight: 266_200, cached: i % 2 === 0 },
      { kind: 'train', label: `train ${id}`, weight: 2.4e11, cached: i % 9 >= 7 },
    ]),
  ],
  data: 'glyphs',
  passedOver: [{ name: 'mnist', why: 'PRUNE_BENCH_DATA is not set, and no mirror could be reached' }],
}

test('units by kind and the cells that are not complete', async () => {
  const text = planTable(overview, { columns: 80, colour: false })
  await expect(text).toMatchFileSnapshot('__snapshots__/plan-80.txt')
  for (const line of text.split('\n')) expect(textWidth(line), line).toBeLessThanOrEqual(80)
  expect(text).toContain('and 9 more')
})

test('colours are nothing but colours', () => {
  const coloured = planTable(overview, { columns: 80, colour: true })
  expect(coloured).toContain('\u001b[33m')
  expect(planTable(overview, { columns: 80, colour: false })).not.toContain('\u001b')
})

test('nothing to compute is said', () => {
  const units = overview.units.map((unit) => ({ ...unit, cached: true }))
  const done = { ...overview, units, cells: overview.cells.map((cell) => ({ ...cell, missing: 0 })) }
  const text = planTable(done, { columns: 80, colour: false })
  expect(text).toContain('nothing to compute: all 57 units are in the store')
  expect(text).not.toContain('NaN')
})
