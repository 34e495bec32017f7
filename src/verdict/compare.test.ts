import { expect, test } from 'vitest'
import { sampleResults, thesisRows } from '../report/sample-results.ts'
import type { CellRecord, Results } from '../results/index.ts'
import { digest } from '../values/digest.ts'
import { baselineRecord } from './baseline.ts'
import { compareWithBaseline } from './compare.ts'

const machine = 'a machine'
const accepted = sampleResults()
const baseline = baselineRecord(accepted, machine)

function compare(results: Results, planned: readonly string[] | null = results.cells.map(({ id }) => id)) {
  return compareWithBaseline(results, baseline, { machine, planned })
}

function changed(change: (cell: CellRecord) => CellRecord): Results {
  return sampleResults(thesisRows, [1, 2, 3], change)
}

const isSnip = ({ point }: CellRecord) => point.criterion === 'snip' && point.sparsity === 0.9

/** As computed from other sources. */
function recomputed(cell: CellRecord): CellRecord {
  return { ...cell, units: { ...cell.units, train: digest(`other ${cell.id}`) } }
}

function withTrained(cell: CellRecord, change: number): CellRecord {
  const last = cell.accuracy.last && {
    ...cell.accuracy.last,
    correct: cell.accuracy.last.correct + Math.round(100 * change),
  }
  return { ...recomputed(cell), accuracy: { ...cell.accuracy, last } }
}

test('the same results pass, to the last bit', () => {
  const { outcome, identical, compared, changes, missing, obsolete, notes } = compare(accepted)
  expect({ outcome, missing, obsolete, notes }).toEqual({
    outcome: 'pass',
    missing: [],
    obsolete: [],
    notes: [],
  })
  expect([identical, compared]).toEqual([48, 48])
  expect(new Set(changes.map((change) => change.outcome))).toEqual(new Set(['identical']))
})

test('a criterion rewritten without changing a bit passes', () => {
  const { outcome, identical } = compare(changed((cell) => (isSnip(cell) ? recomputed(cell) : cell)))
  expect({ outcome, identical }).toEqual({ outcome: 'pass', identical: 48 })
})

test('a criterion that got worse fails, alone', () => {
  const { outcome, regressions, identical } = compare(
    changed((cell) => (isSnip(cell) ? withTrained(cell, -0.5) : cell)),
  )
  expect(outcome).toBe('fail')
  expect(identical).toBe(45)
  expect(regressions).toMatchObject([
    {
      kind: 'worse',
      metric: 'last',
      group: { criterion: 'snip', sparsity: 0.9 },
      seeds: [1, 2, 3],
      gates: true,
    },
  ])
  expect(regressions[0]).toHaveProperty('difference', expect.closeTo(-0.5, 6))
})

test('one that got better passes, and one that hardly changed', () => {
  const better = compare(changed((cell) => (isSnip(cell) ? withTrained(cell, 0.5) : cell)))
  expect(better.outcome).toBe('pass')
  expect(better.changes.filter(({ outcome }) => outcome === 'better')).toHaveLength(1)
  const same = compare(changed((cell) => (isSnip(cell) ? withTrained(cell, -0.02) : cell)))
  expect(same.outcome).toBe('pass')
  expect(same.changes.filter(({ outcome }) => outcome === 'same')).toHaveLength(1)
})

test('a mask that now collapses fails, whatever the accuracy of the others', () => {
  const { outcome, regressions } = compare(
    changed((cell) =>
      isSnip(cell) && cell.point.seed === 2
        ? { ...cell, status: 'collapsed', emptyLayers: ['fc3/weight'] }
        : cell,
    ),
  )
  expect(outcome).toBe('fail')
  expect(regressions).toMatchObject([
    { kind: 'lost', status: 'collapsed', cells: [expect.stringContaining('seed 2')] },
  ])
})

test('cells that only one of both has are told, and judged no further', () => {
  const [first, ...rest] = accepted.cells
  const fewer = compare(
    { ...accepted, cells: rest },
    rest.map(({ id }) => id),
  )
  // What is gone was not judged: that is no pass.
  expect(fewer).toMatchObject({ outcome: 'unsure', obsolete: [first?.id], missing: [] })
  expect(compare({ ...accepted, cells: rest }, null).obsolete).toEqual([])
  const more = compareWithBaseline(accepted, baselineRecord({ ...accepted, cells: rest }, machine), {
    machine,
    planned: null,
  })
  expect(more).toMatchObject({ outcome: 'pass', missing: [first?.id] })
})

test('one seed that falls to chance level in every group fails each of them, with its figures', () => {
  const fallen = changed((cell) => {
    const { last } = cell.accuracy
    if (cell.point.seed !== 2 || last === null) return cell
    return { ...recomputed(cell), accuracy: { ...cell.accuracy, last: { ...last, correct: 1000 } } }
  })
  const { outcome, regressions } = compare(fallen)
  expect(outcome).toBe('fail')
  expect(regressions).toHaveLength(16)
  for (const one of regressions)
    expect(one).toMatchObject({ kind: 'worse', metric: 'last', fallen: [{ seed: 2, now: 10 }] })
})

test('with one seed a drop beyond what any noise can explain fails, a small one is unsure', () => {
  const one = (correct: number) =>
    sampleResults(thesisRows, [1], (cell) => {
      const { last } = cell.accuracy
      if (!isSnip(cell) || last === null) return cell
      return { ...cell, accuracy: { ...cell.accuracy, last: { ...last, correct: last.correct + correct } } }
    })
  const before = baselineRecord(one(0), machine)
  const judged = (correct: number) =>
    compareWithBaseline(one(correct), before, { machine, planned: null }).outcome
  // Two accuracies of 98 % on 10,000 images differ by a standard deviation of 0.2 points by chance.
  expect([judged(-8800), judged(-200), judged(-20), judged(20)]).toEqual(['fail', 'fail', 'unsure', 'pass'])
})

test('the figure of merit gates, the other trained accuracies inform', () => {
  const worse = changed((cell) => (isSnip(cell) ? withTrained(cell, -0.5) : cell))
  const by = (merit: 'last' | 'validationSelected') =>
    compare({ ...worse, identity: { ...worse.identity, merit } })
  expect(by('last').regressions).toMatchObject([{ metric: 'last' }])
  const validated = by('validationSelected')
  expect(validated.regressions.map((one) => one.kind === 'worse' && one.metric)).not.toContain('last')
  expect(
    validated.changes.filter(({ metric, outcome }) => metric === 'last' && outcome === 'worse'),
  ).toMatchObject([{ gates: false }])
})

test('a group that had lost some of its networks and now loses all fails', () => {
  const lost = (seeds: readonly number[]) =>
    changed((cell) =>
      isSnip(cell) && seeds.includes(cell.point.seed)
        ? { ...cell, status: 'collapsed', collapsedLayers: ['fc3/weight'] }
        : cell,
    )
  const before = baselineRecord(lost([1]), machine)
  const judged = (seeds: readonly number[]) =>
    compareWithBaseline(lost(seeds), before, { machine, planned: null }).outcome
  expect([judged([1]), judged([1, 2]), judged([1, 2, 3])]).toEqual(['pass', 'pass', 'fail'])
})

test('cells that were not run to the end are not compared', () => {
  const { compared, missing, notRun } = compare(
    changed((cell) => (isSnip(cell) ? { ...cell, status: 'cancelled' } : cell)),
  )
  expect({ compared, missing, notRun }).toEqual({ compared: 45, missing: [], notRun: 3 })
})

/** All cells timed; snip's deleted networks take some times as long. */
function timed(slower: number): Results {
  const facts = (medianMs: number) => ({ medianMs, p25Ms: medianMs, p75Ms: medianMs, samples: 9 })
  const pruned = (ms: number) => ({ ...facts(ms), speedup: { median: 10 / ms, low: 10 / ms, high: 10 / ms } })
  return changed((cell) => ({
    ...cell,
    latency: {
      batch: 1,
      full: facts(10),
      masked: pruned(10),
      deleted: pruned((2 + 0.02 * cell.point.seed) * (isSnip(cell) ? slower : 1)),
    },
  }))
}

test('times gate on the machine they were accepted on, and inform on others', () => {
  const before = baselineRecord(timed(1), machine)
  const here = compareWithBaseline(timed(2), before, { machine, planned: null })
  expect(here.outcome).toBe('fail')
  expect(here.regressions).toMatchObject([{ metric: 'latencyDeleted', group: { criterion: 'snip' } }])
  const there = compareWithBaseline(timed(2), before, { machine: 'another', planned: null })
  expect(there.outcome).toBe('pass')
  expect(there.changes.filter(({ outcome }) => outcome === 'worse')).toMatchObject([{ gates: false }])
  expect(there.notes.join()).toContain('another machine')
  // A twentieth is of no interest.
  expect(compareWithBaseline(timed(1.05), before, { machine, planned: null }).outcome).toBe('pass')
})

test('another engine, and other bits of the same computation, are told', () => {
  const engine = { ...accepted.identity.engine, version: '2.0.0' }
  expect(compare({ ...accepted, identity: { ...accepted.identity, engine } }).notes.join()).toContain(
    '1.30.0',
  )
  const moved = changed((cell) => (isSnip(cell) ? { ...withTrained(cell, 0.01), units: cell.units } : cell))
  expect(compare(moved).notes.join()).toContain('3 cells of the same computation')
})
