import { expect, test } from 'vitest'
import { lineage } from './select.ts'
import { count, criterion, lth, planOf, sa, settings, snip } from './plan.fixture.ts'
import type { Plan, Unit, UnitKind } from './types.ts'

const filters = { granularity: 'filter', kUnit: 'epochs' } as const

function unitsOf(plan: Plan, kind: UnitKind): Unit[] {
  return [...plan.units.values()].filter((unit) => unit.kind === kind)
}

test('filters are deleted before training: a pruned network is trained without its mask', () => {
  const plan = planOf([lth, sa], filters)
  expect(count(plan, 'prune')).toBe(8)
  for (const { units } of plan.cells) {
    const train = plan.units.get(units.train)?.document.inputs
    expect(train).toEqual({ initial: units.prune ?? units.init })
    if (units.prune === undefined) continue
    expect(plan.units.get(units.prune)?.document.inputs).toEqual({
      weights: units.init,
      mask: units.mask ?? units.search,
    })
  }
  for (const kind of ['scores', 'search'] as const)
    for (const unit of unitsOf(plan, kind))
      expect(unit.document.settings).toMatchObject({ granularity: 'filter' })
})

test('k in epochs: each checkpoint goes on from the one before, and the last epoch is the whole training', () => {
  const plan = planOf([{ ...sa, k: [2, 0, 1] }, criterion('late', { needs: ['weights'], k: [1] })], {
    ...filters,
    seeds: [1],
    training: { ...settings.training, epochs: 3 },
  })
  // 900 images that are not held out in batches of 64: 15 steps an epoch.
  const [first, second] = unitsOf(plan, 'pretrain').sort((a, b) => a.weight - b.weight)
  expect([first, second].map((unit) => unit?.document.settings)).toMatchObject([
    { iterations: 15 },
    { iterations: 30 },
  ])
  expect([first?.resumes, second?.resumes]).toEqual([undefined, first?.key])
  expect(count(plan, 'pretrain')).toBe(2)
  const alone = planOf([{ ...sa, k: [2] }], {
    ...filters,
    seeds: [1],
    training: { ...settings.training, epochs: 3 },
  })
  const [same] = unitsOf(alone, 'pretrain')
  expect([same?.key, same?.resumes]).toEqual([second?.key, undefined])

  const whole = planOf([{ ...sa, k: [2] }], { ...filters, seeds: [1] })
  expect(count(whole, 'pretrain')).toBe(0)
  const [search] = unitsOf(whole, 'search')
  expect(search?.document.inputs).toEqual({ weights: whole.cells[0]?.units.train })
})

test('an ablation applies the very same masks to newly drawn weights', () => {
  const fresh = { ...snip, label: 'snip-fresh', reinitialise: true }
  const plan = planOf([snip, fresh], { ...filters, seeds: [1], sparsities: [0.5] })
  const [, kept, redrawn] = plan.cells
  expect(kept?.units.mask).toBeDefined()
  const scored = (key: string | undefined) =>
    lineage(plan, key as never).map((k) => plan.units.get(k)?.document)
  expect(plan.units.get(redrawn?.units.init as never)?.document.settings).toEqual({ draw: 'fresh' })
  expect(plan.units.get(kept?.units.init as never)?.document.settings).toEqual({})
  expect(redrawn?.units.prune).not.toBe(kept?.units.prune)
  expect(scored(redrawn?.units.mask).at(-1)).toEqual(scored(kept?.units.mask).at(-1))
})

test('a search may have a set of its own: so many images, or all that are not held out', () => {
  const plan = planOf(
    [sa, { ...sa, label: 'more', searchSet: 600 }, { ...sa, label: 'all', searchSet: 'all' }],
    { ...filters, seeds: [1], sparsities: [0.5] },
  )
  const sets = unitsOf(plan, 'search').map((unit) => (unit as Unit<'search'>).document.settings.searchSet)
  expect(sets).toEqual([500, 600, 900])
})

test('times are measured alone, once for each network and machine', () => {
  const timed = { ...filters, latencyBatch: 4 }
  const plan = planOf([lth], timed)
  expect(count(plan, 'benchmark')).toBe(2 + 4)
  for (const unit of unitsOf(plan, 'benchmark')) {
    expect(unit.alone).toBe(true)
    expect(unit.document.settings).toMatchObject({ batch: 4, machine: 'a machine' })
  }
  const elsewhere = planOf([lth], timed, { machine: 'another machine' })
  const fresh = [...elsewhere.units.values()].filter((unit) => !plan.units.has(unit.key))
  expect(new Set(fresh.map((unit) => unit.kind))).toEqual(new Set(['benchmark']))
  expect(count(planOf([lth], filters), 'benchmark')).toBe(0)
  // Under masks of single weights the same program runs: only the full network is timed.
  expect(count(planOf([lth], { ...timed, granularity: 'weight' }), 'benchmark')).toBe(2)
})
