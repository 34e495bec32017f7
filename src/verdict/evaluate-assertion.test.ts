import { expect, test } from 'vitest'
import { cells, type Assertion } from '../plugin/index.ts'
import { selectMask } from '../pruning/index.ts'
import { sampleResults, thesisRows } from '../report/sample-results.ts'
import { pairedDifference, type CellRecord, type Results } from '../results/index.ts'
import { stream } from '../values/random.ts'
import { checkAssertions } from './check-assertions.ts'
import { evaluateAssertion } from './evaluate-assertion.ts'
import { baselineRecord } from './baseline.ts'
import { similarityIn } from './similarity-in.ts'
import { verdictOn } from './verdict.ts'

function evaluate(assertion: Assertion, results: Results = sampleResults()) {
  return evaluateAssertion(assertion, { results, similarityOf: () => null })
}

const sample = sampleResults()
const of = (criterion: string, sparsity: number) =>
  sample.cells.filter(({ point }) => point.criterion === criterion && point.sparsity === sparsity)

test('cells are compared with those of the same sparsity, k and seed', () => {
  const { outcome, checks, title } = evaluate(
    cells({ criterion: 'snip', sparsity: 0.9 }).exceed({ criterion: 'random' }, { by: 0.5 }),
  )
  const difference = pairedDifference(of('snip', 0.9), of('random', 0.9), 'last') ?? expect.fail()
  expect({ outcome, title }).toEqual({
    outcome: 'pass',
    title: 'snip at 90 % exceeds random by at least 0.5 points (trained accuracy)',
  })
  expect(checks).toHaveLength(1)
  expect(checks[0]).toMatchObject({ seeds: [1, 2, 3], reason: null })
  expect(checks[0]?.margin).toBeCloseTo(difference.mean - 0.5, 10)
  expect(checks[0]?.ci95?.[0]).toBeCloseTo((difference.ci95?.[0] ?? 0) - 0.5, 10)
  expect(checks[0]?.cells).toEqual([...of('snip', 0.9), ...of('random', 0.9)].map(({ id }) => id))
})

test('every group is judged, and one that fails fails the assertion', () => {
  const { outcome, checks } = evaluate(
    cells({ criterion: 'snip' }).exceed({ criterion: 'random' }, { by: 0.5 }),
  )
  // 98.42, 98.35, 98.05 against 98.18, 98.04, 97.37
  expect(checks.map(({ group, outcome: one }) => [group.sparsity, one])).toEqual([
    [0.7, 'fail'],
    [0.8, 'fail'],
    [0.9, 'pass'],
  ])
  expect(outcome).toBe('fail')
})

test('numbers, the control, slack and other figures as targets', () => {
  expect(evaluate(cells({ control: true }).reach(98)).outcome).toBe('pass')
  expect(evaluate(cells({ control: true }).reach(99)).outcome).toBe('fail')
  expect(evaluate(cells({ control: true }).notExceed(99)).outcome).toBe('pass')
  const sparse = cells({ criterion: 'snip', sparsity: 0.9 })
  expect(evaluate(sparse.reach({ control: true })).outcome).toBe('fail')
  expect(evaluate(sparse.reach({ control: true }, { within: 1 })).outcome).toBe('pass')
  expect(evaluate(sparse.notExceed({ control: true })).outcome).toBe('pass')
  // The sample's epoch that validation chose has one right answer more.
  expect(evaluate(sparse.exceed({ metric: 'last' }, { metric: 'validationSelected' })).outcome).toBe('pass')
  expect(evaluate(sparse.exceed({ metric: 'validationSelected' })).outcome).toBe('fail')
})

test('equal is not more, but is enough', () => {
  const random = cells({ criterion: 'random' })
  expect(evaluate(random.exceed({ metric: 'last' })).outcome).toBe('fail')
  expect(evaluate(random.reach({ metric: 'last' })).outcome).toBe('pass')
  expect(evaluate(random.notExceed({ metric: 'last' })).outcome).toBe('pass')
})

test('where confidence is asked for, an interval on both sides is unsure', () => {
  const sure = cells({ criterion: 'simulated-annealing', sparsity: 0.9 })
  const rewind = { metric: 'rewind', confident: true } as const
  expect(evaluate(sure.exceed({ criterion: 'random' }, rewind)).outcome).toBe('pass')
  expect(
    evaluate(
      cells({ criterion: 'random', sparsity: 0.9 }).exceed({ criterion: 'simulated-annealing' }, rewind),
    ).outcome,
  ).toBe('fail')
  expect(
    evaluate(cells({ criterion: 'snip', sparsity: 0.9 }).exceed({ criterion: 'random' }, rewind)).outcome,
  ).toBe('unsure')
  const oneSeed = sampleResults(thesisRows, [1])
  expect(evaluate(sure.exceed({ criterion: 'random' }, rewind), oneSeed).outcome).toBe('unsure')
})

test('a trend goes one way at every step', () => {
  expect(evaluate(cells({ criterion: 'random' }).fall({ along: 'sparsity', metric: 'last' })).outcome).toBe(
    'pass',
  )
  const grows = evaluate(cells({ criterion: 'random' }).grow({ along: 'sparsity', metric: 'last' }))
  expect(grows.outcome).toBe('fail')
  expect(grows.checks[0]?.reason).toMatch(/at sparsity=0.8, .* at sparsity=0.9/)
  expect(evaluate(cells({ criterion: 'random' }).grow({ along: 'k', metric: 'last' })).outcome).toBe(
    'skipped',
  )
})

test('similarity is that of masks which repeats of a search found', () => {
  const statistic = (mean: number) => ({ n: 3, mean, sd: null, ci95: null })
  const pair = (a: number, b: number, cosine: number) => ({
    ...{ a, b, n: 3, layers: [] },
    cosine: statistic(cosine),
    jaccard: statistic(0),
    hamming: statistic(0),
  })
  const similarityOf = similarityIn({
    sparsities: [
      {
        sparsity: 0.9,
        groups: [0, 3].map((k) => ({ criterion: 'simulated-annealing', k, cells: 3 })),
        chance: { cosine: 0.1, jaccard: 0, hamming: 0 },
        pairs: [pair(0, 0, 0.2), pair(0, 1, 0.9), pair(1, 1, 0.4)],
        incomparable: [],
      },
    ],
  })
  const rows = [0, 3].map((k) => ({
    ...{ criterion: 'simulated-annealing', sparsity: 0.9, k },
    rewind: 60,
    trained: 97,
    seconds: 1,
  }))
  const results = sampleResults(rows)
  const trend = { along: 'k', metric: 'similarity' } as const
  expect(evaluateAssertion(cells().grow(trend), { results, similarityOf })).toMatchObject({
    outcome: 'pass',
    checks: [{ value: 0.4, target: 0.2, margin: 0.2 }],
  })
  expect(evaluateAssertion(cells().fall(trend), { results, similarityOf }).outcome).toBe('fail')
  expect(evaluateAssertion(cells().grow(trend), { results, similarityOf: () => null }).checks).toMatchObject([
    { outcome: 'skipped', reason: expect.stringContaining('searchSeeds') as string },
  ])
})

test('repeats of a search are one value of their seed, in assertions and in a baseline', () => {
  const rows = [{ criterion: 'sa', sparsity: 0.9, k: 0, rewind: 60, trained: 97, seconds: 1 }]
  const { cells: once, ...rest } = sampleResults(rows, [1, 2])
  const repeated = once.flatMap((cell) =>
    cell.point.control
      ? [cell]
      : [1, 2, 3].map((searchSeed) => ({
          ...cell,
          id: `${cell.id} search=${searchSeed}`,
          point: { ...cell.point, searchSeed },
        })),
  )
  const results: Results = { ...rest, cells: repeated }
  const evidence = { results, similarityOf: () => null }
  const { checks } = evaluateAssertion(cells({ criterion: 'sa' }).reach(90), evidence)
  expect(checks).toMatchObject([{ outcome: 'pass', seeds: [1, 2], reason: null }])
  expect(checks[0]?.cells).toHaveLength(6)
  const second = cells({ criterion: 'sa', searchSeed: 2 }).reach(90)
  expect(evaluateAssertion(second, evidence).checks[0]?.cells).toEqual(
    repeated.filter(({ point }) => point.searchSeed === 2).map(({ id }) => id),
  )
  const record = baselineRecord(results, 'here')
  expect(record.groups.find(({ criterion }) => criterion === 'sa')?.figures.last).toMatchObject({ n: 2 })
  expect(
    record.cells.filter(({ criterion }) => criterion === 'sa').map(({ searchSeed }) => searchSeed),
  ).toEqual([1, 2, 3, 1, 2, 3])
})

function changed(change: (cell: CellRecord) => CellRecord): Results {
  return sampleResults(thesisRows, [1, 2, 3], change)
}
const isSnip = ({ point }: CellRecord) => point.criterion === 'snip' && point.sparsity === 0.9

test('a mask that is off by one weight is not exact', () => {
  expect(evaluate(cells().achieveSparsity()).outcome).toBe('pass')
  const off = changed((cell) =>
    isSnip(cell) && cell.point.seed === 2
      ? { ...cell, sparsity: { ...cell.sparsity, kept: (cell.sparsity.kept ?? 0) + 1 } }
      : cell,
  )
  const { outcome, checks } = evaluate(cells().achieveSparsity(), off)
  expect(outcome).toBe('fail')
  expect(checks.filter((check) => check.outcome === 'fail')).toMatchObject([
    {
      group: { criterion: 'snip', sparsity: 0.9 },
      cells: [expect.stringContaining('seed 2')],
      reason: '1 of 3 cells',
    },
  ])
})

test('masks that keep the exact count of every layer are exact, also where layers round differently', () => {
  const sizes = [64, 128, 256, 512]
  const random = stream(1, 'exact')
  const scores = sizes.map((size, i) => ({
    name: `conv${i + 1}`,
    values: Float32Array.from({ length: size }, () => random.uniform()),
  }))
  const exact = (moved: boolean) => {
    const results = changed((cell) => {
      const { point } = cell
      if (point.criterion !== 'random') return cell
      const { kept, total, layers } = selectMask(scores, point.sparsity, 'layer')
      const shifted = layers.map((layer, i) => ({ ...layer, kept: layer.kept + ([1, -1][i] ?? 0) }))
      const achieved = (total - kept) / total
      return {
        ...cell,
        sparsity: { ...cell.sparsity, kept, total, achieved },
        layers: moved ? shifted : layers,
      }
    })
    const criteria = results.identity.criteria.map((one) =>
      one.label === 'random' ? { ...one, scope: 'layer' as const } : one,
    )
    return { ...results, identity: { ...results.identity, criteria } }
  }
  expect(evaluate(cells().achieveSparsity(), exact(false)).outcome).toBe('pass')
  // The total is right, two layers are off by one filter.
  expect(evaluate(cells({ criterion: 'random' }).achieveSparsity(), exact(true)).outcome).toBe('fail')
})

test('collapse breaks what was asserted, with the layers', () => {
  const results = changed((cell) =>
    isSnip(cell) ? { ...cell, status: 'collapsed', emptyLayers: ['fc3/weight'] } : cell,
  )
  const { outcome, checks } = evaluate(cells({ sparsity: { from: 0.8 } }).notCollapse(), results)
  expect(outcome).toBe('fail')
  expect(checks.find((check) => check.outcome === 'fail')?.reason).toBe(
    '3 of 3 cells: nothing is left of fc3/weight',
  )
  expect(evaluate(cells({ sparsity: { to: 0.8 } }).notCollapse(), results).outcome).toBe('pass')
  const severed = changed((cell) => (isSnip(cell) ? { ...cell, status: 'collapsed' } : cell))
  expect(evaluate(cells({ criterion: 'snip', sparsity: 0.9 }).notCollapse(), severed).checks).toMatchObject([
    { outcome: 'fail', reason: '3 of 3 cells: no path from input to output' },
  ])
  // A layer that a shortcut leads past may be empty.
  const past = changed((cell) => (isSnip(cell) ? { ...cell, emptyLayers: ['conv3/weight'] } : cell))
  expect(evaluate(cells().notCollapse(), past).outcome).toBe('pass')
  expect(evaluate(cells({ criterion: 'snip', sparsity: 0.9 }).reach(50), results)).toMatchObject({
    outcome: 'fail',
    checks: [{ reason: '3 of 3 cells collapsed' }],
  })
})

test('networks that survived do not stand for those that collapsed or failed', () => {
  const one = (status: CellRecord['status']) =>
    changed((cell) => (isSnip(cell) && cell.point.seed === 2 ? { ...cell, status } : cell))
  const snip = cells({ criterion: 'snip', sparsity: 0.9 })
  for (const status of ['collapsed', 'failed'] as const) {
    const reason = `2 of 3 cells judged: 1 of 3 cells ${status}`
    expect(evaluate(snip.reach(50), one(status))).toMatchObject({ outcome: 'fail', checks: [{ reason }] })
    expect(evaluate(snip.exceed(50), one(status)).outcome).toBe('fail')
    // Nothing that is lost exceeds anything; it is said all the same.
    expect(evaluate(snip.notExceed(99.9), one(status))).toMatchObject({
      outcome: 'pass',
      checks: [{ reason }],
    })
  }
  expect(evaluate(snip.reach(50), one('cancelled'))).toMatchObject({
    outcome: 'pass',
    checks: [{ seeds: [1, 3], reason: '2 of 3 cells judged: 1 of 3 cells not run' }],
  })
  const others = cells({ criterion: 'random', sparsity: 0.9 }).reach({ criterion: 'snip' }, { within: 99 })
  expect(evaluate(others, one('collapsed'))).toMatchObject({
    outcome: 'pass',
    checks: [{ reason: '2 of 3 cells judged: of those to hold it against, 1 of 3 cells collapsed' }],
  })
})

test("an assertion without a metric is about the suite's figure of merit", () => {
  const { identity } = sample
  const byRewind = { ...sample, identity: { ...identity, merit: 'rewind' as const } }
  const reach = cells({ criterion: 'snip', sparsity: 0.9 }).reach(97)
  expect(evaluate(reach)).toMatchObject({
    outcome: 'pass',
    title: 'snip at 90 % reaches 97 % (trained accuracy)',
  })
  expect(evaluate(reach, byRewind)).toMatchObject({
    outcome: 'fail',
    title: 'snip at 90 % reaches 97 % (untrained accuracy, rewound)',
  })
  const stated = cells({ criterion: 'snip', sparsity: 0.9 }).reach(97, { metric: 'last' })
  expect(evaluate(stated, byRewind).outcome).toBe('pass')
})

test('what was not run or not measured is skipped, with the reason', () => {
  const reasons = (assertion: Assertion, results?: Results) => {
    const { outcome, reason, checks } = evaluate(assertion, results)
    expect(outcome).toBe('skipped')
    return reason ?? checks[0]?.reason
  }
  expect(reasons(cells({ criterion: 'snip', k: 5 }).reach(50))).toBe('none of its cells was run')
  expect(reasons(cells({ control: true }).reach(99, { when: { data: ['glyphs'] } }))).toContain('mnist')
  expect(reasons(cells({ control: true }).reach(99, { when: { profile: 'full' } }))).toContain('quick')
  expect(reasons(cells({ criterion: 'snip' }).notExceed(1, { metric: 'latencyDeleted' }))).toBe(
    'no time of the deleted network was measured',
  )
  const cancelled = changed((cell) => (isSnip(cell) ? { ...cell, status: 'cancelled' } : cell))
  expect(reasons(cells({ criterion: 'snip', sparsity: 0.9 }).reach(50), cancelled)).toBe(
    'its cells were not run',
  )
})

test('an assertion is judged in runs on the data and with the profile that it names, and in no others', () => {
  const judged = (when: { data?: string; profile?: string }) =>
    evaluate(cells({ criterion: 'snip' }).reach(50, { when }))
  for (const when of [{ data: 'mnist' }, { profile: 'quick' }, { data: 'mnist', profile: 'quick' }])
    expect(judged(when)).toMatchObject({ outcome: 'pass', reason: null })
  for (const when of [
    { data: 'mnist', profile: 'full' },
    { data: 'glyphs', profile: 'quick' },
  ])
    expect(judged(when)).toMatchObject({
      ...{ outcome: 'skipped', checks: [] },
      reason: 'it is not about mnist with the profile quick',
    })
})

test('an assertion about cells that no profile has is a mistake, with the nearest name', () => {
  const known = { criterion: ['snip', 'random'], sparsity: [0.7, 0.9], k: [0], merit: 'last' as const }
  const check = (assertion: Assertion) => () => checkAssertions([assertion], known)
  expect(check(cells({ criterion: 'snip', sparsity: { to: 0.8 } }).reach(1))).not.toThrow()
  expect(check(cells({ criterion: 'snipp' }).reach(1))).toThrow(
    /criterion "snipp", which no cell of the suite has/,
  )
  expect(check(cells({ sparsity: [0.7, 0.8] }).reach(1))).toThrow(/sparsity 0.8/)
  expect(check(cells().exceed({ criterion: 'randm' }))).toThrow(/"randm"/)
})

test('an assertion knows its line', () => {
  const line = Number(/:(\d+):\d+\)?$/.exec(new Error().stack?.split('\n')[1] ?? '')?.[1])
  const assertion = cells().reach(1)
  expect(assertion.place).toMatchObject({ file: import.meta.filename, line: line + 1 })
})

test('times are judged by how they scattered: a busy machine fails nothing, a slower network does', () => {
  const timed = (speed: number, spread: number) => {
    const times = (ms: number) => ({
      ...{ medianMs: ms, p25Ms: ms * (1 - spread), p75Ms: ms * (1 + spread), samples: 100 },
    })
    const pruned = (one: number) => ({
      ...times(10 / one),
      speedup: { median: one, low: one * (1 - spread), high: one * (1 + spread) },
    })
    return changed((cell) => ({
      ...cell,
      latency: { batch: 1, full: times(10), masked: pruned(1), deleted: pruned(speed) },
    }))
  }
  const snip = cells({ criterion: 'snip', sparsity: 0.9 })
  const faster = snip.notExceed({ metric: 'latencyFull' }, { metric: 'latencyDeleted' })
  const within = snip.notExceed(10.2, { metric: 'latencyDeleted' })
  const outcomes = (speed: number, spread: number) =>
    [faster, within].map((assertion) => evaluate(assertion, timed(speed, spread)).outcome)
  expect(outcomes(2, 0.02)).toEqual(['pass', 'pass'])
  // 5 % slower by the medians, on a quiet machine and on one whose times scatter by a tenth.
  expect(outcomes(0.95, 0.02)).toEqual(['fail', 'fail'])
  expect(outcomes(0.95, 0.1)).toEqual(['unsure', 'unsure'])
  // However busy, half as fast is slower.
  expect(outcomes(0.5, 0.1)).toEqual(['fail', 'fail'])
  const exceed = snip.exceed({ metric: 'latencyDeleted' }, { metric: 'latencyFull' })
  expect(evaluate(exceed, timed(2, 0.02)).outcome).toBe('pass')
  expect(evaluate(exceed, timed(0.5, 0.02)).outcome).toBe('fail')
})

test('a verdict counts what was skipped, which is no pass', () => {
  const evidence = { results: sample, similarityOf: () => null }
  const skipped = cells({ criterion: 'snip', k: 5 }).reach(50)
  const holds = cells({ criterion: 'snip' }).reach(50)
  expect(verdictOn([skipped, holds, holds], evidence, null)).toMatchObject({
    outcome: 'pass',
    counts: { pass: 2, fail: 0, unsure: 0, skipped: 1 },
  })
  expect(verdictOn([skipped], evidence, null)).toMatchObject({
    outcome: 'unsure',
    counts: { pass: 0, skipped: 1 },
  })
})

test('a verdict fails if anything fails, and is unsure only if nothing does', () => {
  const evidence = { results: sample, similarityOf: () => null }
  const snip = cells({ criterion: 'snip', sparsity: 0.9 })
  const [holds, fails] = [snip.reach(50), snip.reach(100)]
  const unsure = snip.exceed({ criterion: 'random' }, { metric: 'rewind', confident: true })
  const outcome = (...assertions: Assertion[]) => verdictOn(assertions, evidence, null).outcome
  expect([outcome(), outcome(holds), outcome(holds, unsure), outcome(holds, unsure, fails)]).toEqual([
    'pass',
    'pass',
    'unsure',
    'fail',
  ])
})

/** Cells of sparsity 90 % and more, or of more seeds, with these trained accuracies in %. */
function trainedTo(along: 'sparsity' | 'seed', accuracies: readonly number[]): Results {
  const at = (place: number) => ({
    ...{ criterion: 'sa', sparsity: along === 'seed' ? 0.9 : 0.9 + place / 100 },
    ...{ rewind: 60, trained: 97, seconds: 1 },
  })
  const places = [...accuracies.keys()]
  const rows = along === 'seed' ? [at(0)] : places.map(at)
  return sampleResults(rows, along === 'seed' ? places : [1], (cell) => {
    const place = along === 'seed' ? cell.point.seed : Math.round(100 * cell.point.sparsity) - 90
    const last = { correct: 100 * (accuracies[place] as number), total: 10_000, epoch: 5 }
    return { ...cell, accuracy: { ...cell.accuracy, last } }
  })
}

test('a figure that stays the same neither grows nor falls', () => {
  const trend = { along: 'sparsity', metric: 'last' } as const
  const outcomes = (...accuracies: readonly number[]) =>
    [cells().grow(trend), cells().fall(trend)].map(
      (assertion) => evaluate(assertion, trainedTo('sparsity', accuracies)).outcome,
    )
  expect(outcomes(96, 97, 98)).toEqual(['pass', 'fail'])
  expect(outcomes(98, 97, 96)).toEqual(['fail', 'pass'])
  expect(outcomes(96, 97, 97)).toEqual(['fail', 'fail'])
  expect(outcomes(98, 97, 97)).toEqual(['fail', 'fail'])
})

test('whoever asks for confidence has the whole interval on one side of the target, to its very end', () => {
  // Three seeds, one point apart: ± 4.30265 / √3 = 2.484 by published tables of Student's t.
  const outcome = (mean: number) =>
    evaluate(
      cells().reach(50, { metric: 'last', confident: true }),
      trainedTo('seed', [mean - 1, mean, mean + 1]),
    ).outcome
  expect([52.49, 52.48, 47.52, 47.51].map(outcome)).toEqual(['pass', 'unsure', 'unsure', 'fail'])
})
