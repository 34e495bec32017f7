import { expect, test } from 'vitest'
import type { MetricName } from '../plugin/index.ts'
import { studentTQuantile } from '../results/index.ts'
import { judgeChanges, type JudgedResults } from './judge-changes.ts'
import { levelOf } from './judged-figures.ts'
import { variancePrior, sampleVariance, type Variance } from './noise.ts'
import type { BaselineCell, BaselineFigures } from './types.ts'

const about: JudgedResults = { merit: 'last', images: () => null, timesGate: true }

/** A cell of a criterion and a seed with these figures. */
const cell = (criterion: string, seed: number, figures: BaselineFigures): BaselineCell => ({
  ...{
    id: `${criterion} ${seed}`,
    criterion,
    sparsity: 0.5,
    k: 0,
    control: false,
    seed,
    status: 'ok',
    work: '',
  },
  figures,
})

/** A figure of each group, by seed from 1 on. */
const groups = (metric: MetricName, byCriterion: Readonly<Record<string, readonly number[]>>) =>
  Object.entries(byCriterion).flatMap(([criterion, values]) =>
    values.map((value, i) => cell(criterion, i + 1, { [metric]: value })),
  )

const judge = (
  metric: MetricName,
  then: Readonly<Record<string, readonly number[]>>,
  now: Readonly<Record<string, readonly number[]>>,
  given: Partial<JudgedResults> = {},
) => judgeChanges(groups(metric, then), groups(metric, now), { ...about, ...given })

/** Upper quantile of Student's t. */
const t = (level: number, freedom: number) => studentTQuantile(1 - level, freedom)
const variances = (...samples: readonly (readonly number[])[]) =>
  samples.map((values) => sampleVariance(values)).filter((one): one is Variance => one !== null)

test('figures are means over the seeds that both have; over their own where they share none', () => {
  const then = { a: [90, 92] }
  expect(judge('last', then, { a: [91, 95, 50] })).toMatchObject([
    { metric: 'last', group: { criterion: 'a' }, before: 91, now: 93, seeds: [1, 2] },
  ])
  const other = judgeChanges(
    groups('last', then),
    [cell('a', 7, { last: 80 }), cell('a', 8, { last: 90 })],
    about,
  )
  expect(other).toMatchObject([{ before: 91, now: 85, seeds: [] }])
})

test('groups and figures that only one of both has are not judged', () => {
  const then = [...groups('last', { a: [90], b: [90] }), cell('c', 1, { rewind: 10 })]
  const now = [...groups('last', { a: [90], d: [90] }), cell('c', 1, { last: 90 })]
  expect(judgeChanges(then, now, about).map(({ group, metric }) => [group.criterion, metric])).toEqual([
    ['a', 'last'],
  ])
})

test('one changed figure is held against the spread of all groups, at the whole level of its family', () => {
  const then = { a: [90, 91, 92], b: [50, 52, 54], c: [70, 71, 73] }
  const [change] = judge('last', then, { ...then, a: [89, 90, 91] })
  const prior = variancePrior(variances([90, 91, 92], [50, 52, 54], [70, 71, 73])) ?? expect.fail()
  // Twice the variance of a cell, drawn towards that of the differences, which are all −1, with two degrees of freedom.
  const freedom = prior.freedom + 2
  const noise = Math.sqrt((prior.freedom * 2 * prior.value) / freedom)
  expect(change?.noise).toBeCloseTo(noise, 10)
  const reach = t(levelOf('merit', 1), Math.floor(freedom)) * (noise / Math.sqrt(3))
  expect(change?.limit).toBeCloseTo(-Math.max(reach, 0.5 * Math.sqrt(prior.value)), 10)
})

test('several changed figures of a family share its level; those of others, and what only informs, do not count', () => {
  const then = { a: [90, 91, 92], b: [50, 52, 54], c: [70, 71, 73] }
  const now = { a: [89, 90, 91], b: [49, 51, 53], c: [70, 71, 73] }
  const limitOf = (both: readonly BaselineCell[], later: readonly BaselineCell[]) =>
    judgeChanges(both, later, about).find(({ metric, group }) => metric === 'last' && group.criterion === 'a')
      ?.limit ?? 0
  const alone = limitOf(groups('last', then), groups('last', { ...then, a: now.a }))
  const two = limitOf(groups('last', then), groups('last', now))
  const ratio = (count: number) => t(levelOf('merit', count), 1e6)
  expect(two).toBeLessThan(alone)
  expect(two / alone).toBeCloseTo(ratio(2) / ratio(1), 0)
  const more = (figures: BaselineFigures) => [
    ...groups('last', then),
    cell('x', 1, figures),
    cell('x', 2, figures),
  ]
  const later = (figures: BaselineFigures) => [
    ...groups('last', { ...then, a: now.a }),
    cell('x', 1, figures),
    cell('x', 2, figures),
  ]
  for (const [before, after] of [
    [{ rewind: 10 }, { rewind: 11 }],
    [{ validationSelected: 10 }, { validationSelected: 11 }],
  ])
    expect(limitOf(more(before as BaselineFigures), later(after as BaselineFigures))).toBeCloseTo(alone, 10)
})

test('where five groups changed, the pairs tell how much cells of one seed differ', () => {
  const names = ['a', 'b', 'c', 'd', 'e'] as const
  const then = Object.fromEntries(names.map((name, i) => [name, [40 + i, 60 + i, 80 + 2 * i]]))
  const shifts = [
    [0.1, 0.2, 0.3],
    [-0.1, 0, 0.1],
    [0.2, 0, 0.1],
    [0, -0.2, 0.1],
    [0.1, -0.1, -0.2],
  ]
  const later = (count: number) =>
    Object.fromEntries(
      names.map((name, i) => [
        name,
        (then[name] ?? []).map((x, s) => x + (i < count ? (shifts[i]?.[s] ?? 0) : 0)),
      ]),
    )
  const noiseOf = (count: number) => judge('last', then, later(count))[0]?.noise ?? 0
  // Of four that changed: the spread over seeds, which is some 20 points.
  expect(noiseOf(4)).toBeGreaterThan(5)
  const prior = variancePrior(variances(...shifts)) ?? expect.fail()
  const own = sampleVariance(shifts[0] ?? [])?.value ?? 0
  expect(noiseOf(5)).toBeCloseTo(Math.sqrt((prior.freedom * prior.value + 2 * own) / (prior.freedom + 2)), 6)
})

test('times are compared by their logarithms: less is better, and a tenth is of no interest', () => {
  const then = { a: [10, 10, 10], b: [20, 20, 20] }
  const times = (now: number, given: Partial<JudgedResults> = {}) =>
    judge('latencyDeleted', then, { ...then, a: [now, now, now] }, given)[0]
  expect(times(12)).toMatchObject({ before: 10, now: 12, gates: true })
  expect(times(12)?.difference).toBeCloseTo(-Math.log(1.2), 12)
  expect(times(8)?.difference).toBeCloseTo(Math.log(10 / 8), 12)
  expect(times(12, { timesGate: false })?.gates).toBe(false)
  // All seeds agree, so that there is no noise to hold a change against but what is of interest.
  const spread = { a: [10, 10.001, 9.999], b: [20, 20.002, 19.998] }
  const judged = judge('latencyDeleted', spread, { ...spread, a: [10.5, 10.5, 10.5] })[0]
  expect(judged).toMatchObject({ outcome: 'same' })
  expect(judged?.limit).toBeCloseTo(-Math.log(1.1), 10)
})

test('the accuracy’s images are those of its own figure', () => {
  const images = (metric: MetricName) => (metric === 'last' ? 100 : null)
  const one = { a: [90], b: [50] }
  const judged = (metric: MetricName) => judge(metric, one, { ...one, a: [80] }, { images })[0]
  // Without seeds no spread is known: three times the binomial one, of 2 · 85 · 15 / 100.
  expect(judged('last')?.noise).toBeCloseTo(3 * Math.sqrt(25.5), 10)
  expect(judged('rewind')?.noise).toBeNull()
})
