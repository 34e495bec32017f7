import { expect, test } from 'vitest'
import { collectCells } from './collect.ts'
import { pairedDifference } from './paired-difference.ts'
import { samplePlan } from './sample-plan.ts'
import { statistic } from './statistics.ts'
import type { CellRecord } from './types.ts'

const [template] = collectCells({
  plan: samplePlan().plan,
  facts: () => undefined,
  seconds: () => undefined,
  failures: new Map(),
}) as [CellRecord]

/** A cell of a seed with so many right answers of 1000. */
function cell(seed: number, correct: number | null, status: CellRecord['status'] = 'ok'): CellRecord {
  const last = correct === null ? null : { correct, total: 1000, epoch: 1 }
  return {
    ...template,
    point: { ...template.point, seed },
    status,
    accuracy: { ...template.accuracy, last },
  }
}

test('what seeds do to both sides falls out', () => {
  const found = pairedDifference(
    [cell(1, 905), cell(2, 955), cell(3, 935)],
    [cell(3, 930), cell(1, 900), cell(2, 950)],
    'last',
  )
  expect(found).toMatchObject({ n: 3, mean: 0.5 })
  expect(found?.sd).toBeCloseTo(0, 10)
  expect(found?.pairs).toEqual([
    { seed: 1, a: 90.5, b: 90 },
    { seed: 2, a: 95.5, b: 95 },
    { seed: 3, a: 93.5, b: 93 },
  ])
})

test('seeds that differ by the same count of few images do not seem to be without chance', () => {
  const found = pairedDifference([cell(1, 905), cell(2, 955)], [cell(1, 900), cell(2, 950)], 'last')
  // Five images of 1,000 and no more, at the least: McNemar's variance is (5 − 5²/1000)/1000², and t is 12.706.
  const half = (12.7062 * 100 * Math.sqrt(0.005 * 0.995)) / Math.sqrt(1000) / Math.sqrt(2)
  expect(found?.ci95?.[0]).toBeCloseTo(0.5 - half, 3)
  expect(found?.ci95?.[1]).toBeCloseTo(0.5 + half, 3)
})

test('an interval allows for what it was chosen from', () => {
  const [a, b] = [
    [905, 940, 960],
    [900, 950, 930],
  ].map((all) => all.map((correct, i) => cell(i, correct)))
  const width = (among: number) => {
    const [low, high] = pairedDifference(a ?? [], b ?? [], 'last', among)?.ci95 ?? [NaN, NaN]
    return high - low
  }
  // Two degrees of freedom: t at 97.5 % is 4.30265, at 99.5 % 9.92484.
  expect(width(5) / width(1)).toBeCloseTo(9.92484 / 4.30265, 4)
})

test('statistics are those of the differences', () => {
  const [a, b] = [
    [905, 940, 960],
    [900, 950, 930],
  ] as const
  const found = pairedDifference(
    a.map((correct, i) => cell(i, correct)),
    b.map((correct, i) => cell(i, correct)),
    'last',
  )
  const { n, mean, sd, ci95 } = statistic([0.5, -1, 3]) ?? {}
  expect(found?.n).toBe(n)
  expect(found?.mean).toBeCloseTo(mean as number, 10)
  expect(found?.sd).toBeCloseTo(sd as number, 10)
  expect(found?.ci95?.[0]).toBeCloseTo(ci95?.[0] as number, 10)
})

test('seeds that one side lacks, that failed or were not measured have no pair', () => {
  const a = [cell(1, 900), cell(2, 900), cell(3, null), cell(4, 900)]
  const b = [cell(1, 910, 'collapsed'), cell(3, 900), cell(4, 890), cell(5, 900)]
  expect(pairedDifference(a, b, 'last')).toEqual({
    n: 1,
    mean: 1,
    sd: null,
    ci95: null,
    pairs: [{ seed: 4, a: 90, b: 89 }],
  })
  expect(pairedDifference(a, [], 'last')).toBeNull()
})
