import { expect, test } from 'vitest'
import { publishedMasks, scheduleFor, temperaturesFor } from './schedule.ts'
import type { Moment } from './schedule.ts'
import { thesisCnnSchedule, thesisMlpSchedule } from './settings.ts'

const ones = 26_620

/** The moments a search with this budget passes through, each with the masks it spends there. */
function walk(settings: typeof thesisMlpSchedule, flips: number): (Moment & { spent: number })[] {
  const schedule = scheduleFor(settings, flips)
  const moments = []
  for (let left = settings.budget, t = 0; left > 0; t++) {
    const moment = schedule(t)
    const spent = Math.min(left, moment.proposals)
    moments.push({ ...moment, spent })
    left -= spent
  }
  return moments
}

test('the published schedules propose as many masks as the thesis evaluated', () => {
  expect(publishedMasks(thesisCnnSchedule)).toBe(8219)
  expect(Math.abs(publishedMasks(thesisMlpSchedule) - 42_700)).toBeLessThan(10)
  expect(walk(thesisMlpSchedule, ones)).toHaveLength(1450)
  expect(walk(thesisCnnSchedule, 480)).toHaveLength(1000)
})

test('with the published budget the schedule is the published one', () => {
  // Step by step, as the experiments' description puts it.
  const moments = walk(thesisMlpSchedule, ones)
  let temperature = 0.006
  let proposals = 1
  let flips = ones
  let peak = ones
  for (const moment of moments) {
    expect(moment.temperature).toBeCloseTo(temperature, 12)
    expect(moment.proposals).toBe(Math.floor(proposals))
    expect(moment.flips).toBe(flips)
    temperature *= 0.999
    proposals = Math.min(50, proposals * 1.005)
    flips = Math.max(1, Math.floor(flips * 0.99))
    if (flips < peak / 2) flips = peak = Math.max(1, Math.floor(peak * 0.75))
  }
})

test('the number of flips is a sawtooth that comes down to a few', () => {
  const flips = walk(thesisMlpSchedule, ones).map((moment) => moment.flips)
  expect(flips[0]).toBe(ones)
  expect(flips[1]).toBe(26_353)
  const rises = flips.flatMap((f, i) => (i > 0 && f > (flips[i - 1] as number) ? [f] : []))
  expect(rises.slice(0, 3)).toEqual([19_965, 14_973, 11_229])
  expect(Math.min(...flips)).toBe(1)
})

test.each([60, 300, 1500, 8000, 100_000])(
  'a budget of %i masks anneals from the first values of the schedule to the last',
  (budget) => {
    const settings = { ...thesisMlpSchedule, budget }
    const published = walk(thesisMlpSchedule, ones)
    const moments = walk(settings, ones)
    const share = budget / publishedMasks(settings)
    expect(temperaturesFor(settings)).toBe(Math.round(1450 * share))
    // Up to the last temperature's proposals, the budget goes where the schedule says.
    expect(Math.abs(moments.length - temperaturesFor(settings))).toBeLessThanOrEqual(1)
    expect(moments[0]).toEqual(published[0])
    const last = moments.at(-1) as Moment
    expect(last.temperature).toBeCloseTo((published.at(-1) as Moment).temperature, 12)
    expect(last).toMatchObject({ flips: 1, proposals: 50 })
    expect(moments.reduce((sum, { spent }) => sum + spent, 0)).toBe(budget)
  },
)

test('even budgets under one temperature have a schedule', () => {
  for (const budget of [1, 2, 10, 40]) {
    const moments = walk({ ...thesisMlpSchedule, budget }, ones)
    expect(moments[0]).toMatchObject({ flips: ones, temperature: 0.006 })
    expect(moments.reduce((sum, { spent }) => sum + spent, 0)).toBe(budget)
  }
})

test('where nothing can be flipped, no flips are planned', () => {
  expect(scheduleFor(thesisMlpSchedule, 0)(700).flips).toBe(0)
})
