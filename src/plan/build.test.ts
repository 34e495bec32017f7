import { expect, test } from 'vitest'
import type { SuiteSettings } from '../plugin/index.ts'
import { digest } from '../values/digest.ts'
import { filterCells } from './filter-cells.ts'
import { count, criterion, lth, planOf, sa, settings, snip } from './plan.fixture.ts'
import { goalsOf, lineage } from './select.ts'
import type { Plan, Unit, UnitKind } from './types.ts'

test('the matrix is criterion × sparsity × k × seed, and the control once per seed', () => {
  const plan = planOf([snip, criterion('random')], { k: [0, 75] })
  expect(plan.cells.length).toBe(2 + 2 * 2 * 2 * 2)
  expect(new Set(plan.cells.map((cell) => cell.id)).size).toBe(plan.cells.length)
  expect(plan.cells[0]?.id).toBe('unpruned s=0% k=0 seed=1')
  expect(plan.cells.map((cell) => cell.id)).toContain('snip s=90% k=75 seed=2')
  expect(planOf([snip], { control: false }).cells.length).toBe(4)
})

test('a use may have its own k, and exclude leaves points out', () => {
  const plan = planOf(
    [snip, criterion('late', { k: [10, 20] })],
    { control: false },
    { exclude: ({ criterion: name, seed }) => name === 'snip' && seed === 2 },
  )
  expect(plan.cells.map((cell) => cell.id)).toEqual([
    'snip s=80% k=0 seed=1',
    'snip s=90% k=0 seed=1',
    ...[0.8, 0.9].flatMap((s) =>
      [10, 20].flatMap((k) => [1, 2].map((seed) => `late s=${s * 100}% k=${k} seed=${seed}`)),
    ),
  ])
})

test('equal work is planned once: full training per seed, gradients per seed, scores for all sparsities', () => {
  const plan = planOf([snip, lth, criterion('random')], { sparsities: [0.5, 0.7, 0.9], seeds: [1, 2, 3] })
  expect(count(plan, 'init')).toBe(3)
  expect(count(plan, 'signals')).toBe(3)
  expect(count(plan, 'scores')).toBe(9)
  expect(count(plan, 'mask')).toBe(27)
  expect(count(plan, 'train')).toBe(27 + 3)
})

test('a criterion that reads nothing at k has one mask, and one training, for all k', () => {
  const plan = planOf([lth], { k: [0, 50, 100] })
  expect(count(plan, 'pretrain')).toBe(4)
  expect(count(plan, 'scores')).toBe(2)
  expect(count(plan, 'mask')).toBe(4)
  expect(count(plan, 'train')).toBe(4 + 2)
  expect(count(plan, 'evaluate')).toBe(3 * 4 + 2)
  const atK = planOf([snip], { k: [0, 50, 100] })
  expect(count(atK, 'mask')).toBe(12)
})

test('inputs come before what needs them', () => {
  const plan = planOf([snip, lth, sa], { k: [0, 75] })
  const seen = new Set<string>()
  for (const unit of plan.units.values()) {
    for (const input of Object.values(unit.document.inputs)) expect(seen.has(input)).toBe(true)
    seen.add(unit.key)
  }
  for (const goal of goalsOf(plan.cells)) expect(plan.units.has(goal)).toBe(true)
})

test('a search costs its budget, and weighs more than a score', () => {
  const weight = (plan: Plan, kind: UnitKind) =>
    [...plan.units.values()].find((unit) => unit.kind === kind)?.weight ?? 0
  const plan = planOf([sa, snip])
  expect(weight(plan, 'search')).toBe((100 * 500 * 266_200) / 8)
  expect(weight(plan, 'search')).toBeGreaterThan(weight(plan, 'scores'))
})

/** The names of random streams of searches, by cell. */
function streams({ cells, units }: Plan): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    cells.flatMap(({ id, units: { search } }) => {
      const settings = search && units.get(search)?.document.settings
      return settings && 'stream' in settings ? [[id, settings.stream]] : []
    }),
  )
}

test('no two searches share random numbers: streams are named by label, sparsity, k and seed', () => {
  const plan = planOf([sa, { ...sa, label: 'sa-2' }], { k: [0, 75] })
  const names = streams(plan)
  expect(Object.keys(names)).toHaveLength(2 * 2 * 2 * 2)
  expect(new Set(Object.values(names)).size).toBe(2 * 2 * 2 * 2)
  expect(count(plan, 'search')).toBe(2 * 2 * 2 * 2)
  expect(names['sa-2 s=90% k=75 seed=2']).toBe('sa-2 s=90% k=75 seed=2')
})

test('an ablation keeps the mask that its plain sibling finds, whatever is done with it afterwards', () => {
  const repair = { iterations: 10, learningRate: 0.1 }
  const plan = planOf(
    [{ ...sa, label: 'fresh', reinitialise: true }, sa, { ...sa, label: 'repaired', repair }],
    { seeds: [1], sparsities: [0.9] },
  )
  expect(count(plan, 'search')).toBe(1)
  expect(streams(plan)).toEqual({
    'fresh s=90% k=0 seed=1': 'sa s=90% k=0 seed=1',
    'sa s=90% k=0 seed=1': 'sa s=90% k=0 seed=1',
    'repaired s=90% k=0 seed=1': 'sa s=90% k=0 seed=1',
  })
  const alone = planOf([{ ...sa, label: 'fresh', reinitialise: true }], { seeds: [1], sparsities: [0.9] })
  expect(Object.values(streams(alone))).toEqual(['fresh s=90% k=0 seed=1'])
  const other = { ...sa, label: 'other', options: { budget: 200 }, reinitialise: true }
  expect(Object.values(streams(planOf([sa, other], { seeds: [1], sparsities: [0.9] })))).toContain(
    'other s=90% k=0 seed=1',
  )
})

test('search seeds repeat searches on the same weights, and nothing else', () => {
  const plan = planOf([sa, snip], { seeds: [1], sparsities: [0.9], searchSeeds: [1, 2] })
  expect(plan.cells.map(({ id }) => id)).toEqual([
    'unpruned s=0% k=0 seed=1',
    'sa s=90% k=0 seed=1 search=1',
    'sa s=90% k=0 seed=1 search=2',
    'snip s=90% k=0 seed=1',
  ])
  expect(plan.cells.map(({ point }) => point.searchSeed)).toEqual([undefined, 1, 2, undefined])
  const found = plan.cells.flatMap(({ units }) => plan.units.get(units.search ?? digest(''))?.document ?? [])
  expect(new Set(found.map(({ inputs }) => inputs.weights)).size).toBe(1)
  expect(new Set(found.map((document) => JSON.stringify(document.settings))).size).toBe(2)
  expect(filterCells(plan.cells, 'search=2').map(({ id }) => id)).toEqual(['sa s=90% k=0 seed=1 search=2'])
  // A criterion's own come before the suite's; exclude sees them.
  const own = planOf(
    [{ ...sa, searchSeeds: [5, 6] }],
    { control: false, seeds: [1], sparsities: [0.9], searchSeeds: [1] },
    { exclude: ({ searchSeed }) => searchSeed === 5 },
  )
  expect(own.cells.map(({ id }) => id)).toEqual(['sa s=90% k=0 seed=1 search=6'])
})

/** Units whose keys differ between two plans, by kind. */
function changed(a: Plan, b: Plan): readonly UnitKind[] {
  const fresh = [...b.units.values()].filter((unit: Unit) => !a.units.has(unit.key))
  return [...new Set(fresh.map((unit) => unit.kind))].sort()
}

test('a change reaches what depends on it and nothing else', () => {
  const plan = planOf([snip, lth, sa])
  const same = planOf([snip, lth, sa])
  expect(changed(plan, same)).toEqual([])
  const source = planOf([{ ...snip, plugin: { name: 'snip', digest: digest('edited') } }, lth, sa])
  expect(changed(plan, source)).toEqual(['analyse', 'evaluate', 'mask', 'scores', 'train'])
  const fresh = [...source.units.values()].filter((unit) => !plan.units.has(unit.key))
  expect(fresh.filter((unit) => /lth|sa /.test(unit.label))).toEqual([])
  expect(changed(plan, planOf([snip, lth, sa], { searchSet: 400 }))).toEqual([
    'analyse',
    'evaluate',
    'search',
    'train',
  ])
  expect(changed(plan, planOf([snip, lth, sa], { training: { ...settings.training, epochs: 3 } }))).toEqual([
    'analyse',
    'evaluate',
    'mask',
    'scores',
    'train',
  ])
  const later = (epochs: number) => planOf([snip], { k: [75], training: { ...settings.training, epochs } })
  expect(changed(later(2), later(3))).toEqual(['train'])
  const epochsOnly = planOf([snip], { training: { ...settings.training, epochs: 3 } })
  expect(changed(planOf([snip]), epochsOnly)).toEqual(['train'])
  expect(
    changed(
      plan,
      planOf([snip, lth, sa], {}, { engine: { runtime: 'cpu', version: '1', device: 'cpu', threads: 1 } }),
    ),
  ).not.toContain('init')
  expect(changed(plan, planOf([snip, lth, sa, criterion('random')])).length).toBeGreaterThan(0)
})

test('a repair comes between mask and training: all that is said of initial weights is said of repaired ones', () => {
  const repair = { iterations: 100, learningRate: 0.1 }
  const plan = planOf([snip, { ...snip, label: 'repaired', repair }], { seeds: [1], sparsities: [0.9] })
  const [, plain, repaired] = plan.cells.map((cell) => cell.units)
  expect(plain?.repair).toBeUndefined()
  expect(repaired?.mask).toBe(plain?.mask)
  const unit = plan.units.get(repaired?.repair ?? digest(''))
  expect(unit?.document).toMatchObject({
    kind: 'repair',
    settings: repair,
    inputs: { initial: plain?.init, mask: plain?.mask },
    data: null,
  })
  for (const role of ['train', 'analyse', 'evaluate'] as const)
    expect(plan.units.get(repaired?.[role] ?? digest(''))?.document.inputs).toMatchObject({
      initial: repaired?.repair,
      mask: plain?.mask,
    })
})

test('Jacobians are of initial weights, full and masked, and only where they are asked for', () => {
  const kinds = (plan: Plan) => [...plan.units.values()].map(({ kind }) => kind)
  expect(kinds(planOf([snip]))).not.toContain('jacobian')
  const plan = planOf([snip], { jacobian: { images: 8 }, seeds: [1], sparsities: [0.9] })
  const [control, pruned] = plan.cells.map(
    ({ units }) => plan.units.get(units.jacobian ?? digest(''))?.document,
  )
  const { init, mask } = plan.cells[1]?.units ?? {}
  expect(control).toMatchObject({ kind: 'jacobian', settings: { images: 8 }, inputs: { initial: init } })
  expect(pruned).toMatchObject({ kind: 'jacobian', settings: { images: 8 }, inputs: { initial: init, mask } })
  expect(changed(plan, planOf([snip], { jacobian: { images: 9 }, seeds: [1], sparsities: [0.9] }))).toEqual([
    'jacobian',
  ])
})

test('only masks of searches are evaluated on held-out images, where there are some', () => {
  const held = (changes: Partial<SuiteSettings> = {}) => {
    const plan = planOf([snip, sa], { seeds: [1], sparsities: [0.9], ...changes })
    return plan.cells.map(({ units }) => plan.units.get(units.evaluate)?.document.settings)
  }
  expect(held()).toEqual([{}, {}, { validation: 100 }])
  expect(held({ training: { ...settings.training, validation: 0 } })).toEqual([{}, {}, {}])
})

test('how many losses are kept changes a training, and none that it begins with', () => {
  const kept = (lossIterations: number) =>
    planOf([snip], { k: [75], training: { ...settings.training, lossIterations } })
  expect(changed(planOf([snip], { k: [75] }), kept(10))).toEqual(['train'])
})

test('sparsities that print alike cannot be two cells', () => {
  expect(() => planOf([snip], { sparsities: [0.3, 0.1 + 0.2], seeds: [1] })).toThrow(
    'two cells of the suite are named "snip s=30% k=0 seed=1"',
  )
  expect(() => planOf([snip, { ...lth, label: 'snip' }])).toThrow('two cells of the suite are named')
})

test('how images are chosen is part of every key that depends on them; the first ones have the keys they always had', () => {
  const data = { name: 'mnist', digest: digest('mnist'), train: 1000, test: 100 }
  const all = { k: [75], jacobian: { images: 4 }, sparsities: [0.9], seeds: [1] }
  const first = planOf([snip, sa, lth], all, { data })
  const stratified = planOf([snip, sa, lth], all, { data: { ...data, split: 'stratified' } })
  expect(changed(first, stratified)).toEqual([
    ...['analyse', 'evaluate', 'jacobian', 'mask', 'pretrain', 'scores', 'search', 'signals', 'train'],
  ])
  for (const { document } of first.units.values()) expect(document.data ?? data).toEqual(data)
})

test('golden keys: an unchanged unit keeps its key from version to version', () => {
  const plan = planOf([snip, lth, sa, criterion('random')], { k: [0, 75], seeds: [1], sparsities: [0.9] })
  const first = new Map<UnitKind, string>()
  for (const unit of plan.units.values()) if (!first.has(unit.kind)) first.set(unit.kind, unit.key)
  expect(Object.fromEntries(first)).toMatchInlineSnapshot(`
    {
      "analyse": "958fdbe3776b412396860f2ada91481578644ba619c1cdaf17023317c103172a",
      "evaluate": "32c8b38f83bb9f5fdf11ff71c8274b300d0d1261dea5ebf42fed4d98a8e3d127",
      "init": "a8207851793636c433529cd3f10aec268752150da8f5068c7556c7e4f960f8ce",
      "mask": "2e403d73b70da78d2b03f1a082173f59b7a4d94d6dc2e10c4b42e8c839130cbb",
      "pretrain": "dad2cfb1042fa55ad64f97eb6c75d4b178480a81b00f0ca4f6dd5dea6e17fcb6",
      "scores": "7452d833fc77405d68b04e90aa80aebcdb07edc8c659001581a1301cbd65a989",
      "search": "8a9f9c9fee5fe7cb189ad6cfe5f72ef46b4f000dc8ee1082cf02c11fccca9ea0",
      "signals": "8ce38e48a6d239a66f44d748b3148bf2e8125523ea9b0a39f348bf8b59336766",
      "train": "10751e2abfdc57ff1a6da681130771be6e758c8c6abeec7be80e2c878074a949",
    }
  `)
})

test('the lineage of a unit is all it is made from, itself last', () => {
  const plan = planOf([snip])
  const cell = plan.cells.find((one) => one.id === 'snip s=90% k=0 seed=1')
  const kinds = lineage(plan, cell?.units.train ?? digest('')).map((key) => plan.units.get(key)?.kind)
  expect(kinds.at(-1)).toBe('train')
  expect([...kinds].sort()).toEqual(['init', 'mask', 'scores', 'signals', 'train'])
})

test('cells that are pruned are no controls, and the other way round', () => {
  const { cells, units } = planOf([sa], { seeds: [1], sparsities: [0.8] })
  expect(cells.map(({ point }) => [point.criterion, point.control])).toEqual([
    ['unpruned', true],
    ['sa', false],
  ])
  // Only a search's mask is evaluated on held-out images.
  const held = [...units.values()].flatMap(({ kind, label, document }) =>
    kind === 'evaluate' && 'validation' in (document.settings as object) ? [label] : [],
  )
  expect(held).toEqual(['evaluate sa s=80% k=0 seed=1'])
})

test('an exclude that throws is told with the point, and a plan with two cells of one name with the name', () => {
  const cause = new TypeError('sparsity is not a function')
  const exclude = () => {
    throw cause
  }
  expect(() => planOf([snip], {}, { exclude })).toThrow(
    expect.objectContaining({
      kind: 'usage',
      message: expect.stringMatching(
        /^exclude threw at \{"criterion":"snip",.*\}: sparsity is not a function$/,
      ) as string,
      hint: expect.stringContaining('it returns true for what is to be left out') as string,
      cause,
    }),
  )
  expect(() => planOf([snip, snip])).toThrow(
    expect.objectContaining({
      message: 'two cells of the suite are named "snip s=80% k=0 seed=1"',
      hint: expect.stringContaining('labels of their own') as string,
    }),
  )
})
