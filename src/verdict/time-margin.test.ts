import { expect, test } from 'vitest'
import type { CellRecord } from '../results/index.ts'
import { sampleResults } from '../report/sample-results.ts'
import { isTime, timeMargin } from './time-margin.ts'

const [sample] = sampleResults().cells as [CellRecord]

/** Median and quartiles one tenth below and above it. */
const times = (medianMs: number) => ({
  medianMs,
  p25Ms: 0.9 * medianMs,
  p75Ms: 1.1 * medianMs,
  samples: 9,
})

/** A cell whose deleted network takes `deleted` ms, measured to be 2 to 4 times as fast as the full one. */
function cell(seed: number, deleted: number, change: Partial<CellRecord> = {}): CellRecord {
  const pruned = (medianMs: number, low: number, high: number) => ({
    ...times(medianMs),
    speedup: { median: (low + high) / 2, low, high },
  })
  return {
    ...sample,
    id: `seed ${seed}`,
    point: { ...sample.point, seed },
    status: 'ok',
    latency: { full: times(30), masked: pruned(20, 1.2, 1.8), deleted: pruned(deleted, 2, 4) },
    ...change,
  } as CellRecord
}

const close = (range: readonly [number, number] | null, [low, high]: readonly [number, number]) => {
  expect(range?.[0]).toBeCloseTo(low, 10)
  expect(range?.[1]).toBeCloseTo(high, 10)
}

test('times are three of the figures', () => {
  expect((['latencyFull', 'latencyMasked', 'latencyDeleted'] as const).every(isTime)).toBe(true)
  expect((['last', 'macs', 'theoreticalSpeedup'] as const).some(isTime)).toBe(false)
})

test('below a number lie the quartiles, mean over cells', () => {
  // 10 − 11 … 10 − 9 and 10 − 22 … 10 − 18.
  close(timeMargin([cell(1, 10)], 'latencyDeleted', 10), [-1, 1])
  close(timeMargin([cell(1, 10), cell(2, 20)], 'latencyDeleted', 10), [-6.5, -3.5])
  close(timeMargin([cell(1, 10)], 'latencyFull', 10), [-23, -17])
})

test('below the full network of the same cell lies what the speed-up says, not the quartiles', () => {
  const one = cell(1, 10)
  // 10 ms times (2 − 1) and (4 − 1).
  close(timeMargin([one], 'latencyDeleted', { cells: [one], metric: 'latencyFull' }), [10, 30])
  close(timeMargin([one], 'latencyFull', { cells: [one], metric: 'latencyDeleted' }), [-30, -10])
  // 20 ms times (1.2 − 1) and (1.8 − 1).
  close(timeMargin([one], 'latencyMasked', { cells: [one], metric: 'latencyFull' }), [4, 16])
})

test('two pruned networks of one cell, which were not paired, are compared by their quartiles', () => {
  const one = cell(1, 10)
  // 18 … 22 less 9 … 11.
  close(timeMargin([one], 'latencyDeleted', { cells: [one], metric: 'latencyMasked' }), [7, 13])
  close(timeMargin([one], 'latencyFull', { cells: [one], metric: 'latencyFull' }), [-6, 6])
})

test('another cell is compared by its quartiles, with the same seed alone; several of them by their mean', () => {
  const other = [cell(1, 40), cell(1, 60), cell(2, 1000)]
  // 45 … 55, the mean of 36 … 44 and 54 … 66, less 9 … 11.
  close(timeMargin([cell(1, 10)], 'latencyDeleted', { cells: other, metric: 'latencyDeleted' }), [34, 46])
  close(timeMargin([cell(1, 10)], 'latencyDeleted', { cells: other, metric: 'latencyFull' }), [16, 24])
})

test('what was not timed, or not run to its end, has no margin and does not count', () => {
  const untimed = [
    cell(1, 10, { latency: null }),
    cell(1, 10, { status: 'failed' }),
    cell(1, 10, { latency: { full: times(30), masked: null, deleted: null } as CellRecord['latency'] }),
  ]
  for (const one of untimed) {
    expect(timeMargin([one], 'latencyDeleted', 10)).toBeNull()
    expect(timeMargin([one], 'latencyDeleted', { cells: [one], metric: 'latencyFull' })).toBeNull()
    expect(timeMargin([cell(1, 10)], 'latencyDeleted', { cells: [one], metric: 'latencyDeleted' })).toBeNull()
    close(timeMargin([one, cell(2, 10)], 'latencyDeleted', 10), [-1, 1])
  }
  expect(
    timeMargin([cell(1, 10)], 'latencyDeleted', { cells: [cell(2, 10)], metric: 'latencyDeleted' }),
  ).toBeNull()
  expect(timeMargin([cell(1, 10)], 'latencyDeleted', { cells: [cell(1, 10)], metric: 'last' })).toBeNull()
  expect(timeMargin([], 'latencyDeleted', 10)).toBeNull()
})

test('a full network alone is compared with that of another cell', () => {
  const alone = cell(1, 10, {
    latency: { full: times(30), masked: null, deleted: null } as CellRecord['latency'],
  })
  const other = cell(1, 10, {
    latency: { full: times(40), masked: null, deleted: null } as CellRecord['latency'],
  })
  close(timeMargin([alone], 'latencyFull', { cells: [other], metric: 'latencyFull' }), [3, 17])
  expect(timeMargin([alone], 'latencyFull', { cells: [alone], metric: 'latencyDeleted' })).toBeNull()
})
