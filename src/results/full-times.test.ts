import { expect, test } from 'vitest'
import { collectCells } from './collect.ts'
import { BUSY, fullTimes } from './full-times.ts'
import { samplePlan } from './sample-plan.ts'
import type { CellRecord } from './types.ts'

const [template] = collectCells({
  plan: samplePlan().plan,
  facts: () => undefined,
  seconds: () => undefined,
  failures: new Map(),
}) as [CellRecord]

function timed(...medians: number[]): readonly CellRecord[] {
  return medians.map((medianMs) => ({
    ...template,
    latency: {
      batch: 1,
      full: { medianMs, p25Ms: 0.98 * medianMs, p75Ms: 1.03 * medianMs, samples: 100 },
      masked: null,
      deleted: null,
    },
  }))
}

test('the full network is one, whatever it was timed beside', () => {
  expect(fullTimes([template])).toBeNull()
  const found = fullTimes([...timed(4, 4.2, 4.1), template])
  expect(found).toMatchObject({ medianMs: 4.1, measurements: 3 })
  expect(found?.spread).toBeCloseTo(0.05, 10)
})

test('times that scatter within measurements or between them are of a busy machine', () => {
  expect(fullTimes(timed(4, 4.1, 4.2))?.spread).toBeLessThan(BUSY)
  expect(fullTimes(timed(4, 4.1, 7, 9, 4.2))?.spread).toBeGreaterThan(BUSY)
  const [one] = timed(4)
  const scattered = { ...one?.latency, full: { medianMs: 4, p25Ms: 3.8, p75Ms: 5, samples: 100 } }
  const cells = [{ ...template, latency: scattered as CellRecord['latency'] }]
  expect(fullTimes(cells)?.spread).toBeCloseTo(0.3, 10)
})
