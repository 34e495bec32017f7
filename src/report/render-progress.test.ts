import { expect, test } from 'vitest'
import {
  initialProgress,
  progressAfter,
  secondsLeft,
  shareDone,
  type ProgressEvent,
  type ProgressState,
} from './progress-state.ts'
import { renderProgress } from './render-progress.ts'

const weights = new Map([
  ['a', 70],
  ['b', 20],
  ['c', 10],
])

function after(events: readonly (readonly [number, ProgressEvent])[]): ProgressState {
  return events.reduce((state, [at, event]) => progressAfter(state, event, at, weights), initialProgress())
}

const running = after([
  [0, { type: 'run-started', units: 8, cached: 5, workers: 2, weight: 100 }],
  [0, { type: 'unit-started', key: 'b', label: 'mask snip · 90 % · seed 1', worker: 1 }],
  [
    100,
    { type: 'unit-started', key: 'a', label: 'search simulated-annealing · 90 % · k=0 · seed 1', worker: 0 },
  ],
  [5000, { type: 'unit-progress', key: 'a', worker: 0, done: 500, total: 1000, note: 'accuracy 61.2 %' }],
  [6000, { type: 'unit-finished', key: 'b', seconds: 6, published: 'committed' }],
  [6000, { type: 'unit-started', key: 'c', label: 'train snip · 90 % · seed 1', worker: 1 }],
])

test('work is weighed, running units count as far as they are', () => {
  expect(shareDone(running, weights)).toBeCloseTo(0.55)
  // 55 of 100 in 11 s: 9 s for the other 45.
  expect(secondsLeft(running, 11_000, weights)).toBeCloseTo(9)
})

test('time left is not guessed from nothing', () => {
  const begun = after([[0, { type: 'run-started', units: 8, cached: 5, workers: 2, weight: 100 }]])
  expect(secondsLeft(begun, 60_000, weights)).toBeNull()
})

test('failed and blocked work is over but tells nothing about the rate', () => {
  const failure = { kind: 'error', message: 'no' } as const
  const state = progressAfter(running, { type: 'unit-failed', key: 'c', label: 'c', failure }, 7000, weights)
  expect(shareDone(state, weights)).toBeCloseTo(0.65)
  expect(secondsLeft(state, 11_000, weights)).toBeCloseTo((35 * 11) / 55)
  expect(state.running.map(({ key }) => key)).toEqual(['a'])
})

test('what an earlier run did of a unit is done, but tells nothing about the rate', () => {
  const resumed = after([
    [0, { type: 'run-started', units: 8, cached: 5, workers: 1, weight: 100 }],
    [0, { type: 'unit-started', key: 'a', label: 'search', worker: 0 }],
    [1000, { type: 'unit-resumed', key: 'a', worker: 0, done: 500, total: 1000 }],
    [1000, { type: 'unit-progress', key: 'a', worker: 0, done: 500, total: 1000 }],
  ])
  expect(shareDone(resumed, weights)).toBeCloseTo(0.35)
  expect(secondsLeft(resumed, 10_000, weights)).toBeNull()
  expect(renderProgress(resumed, { columns: 80, now: 10_000, weights })[1]).not.toContain('/s')

  const further = progressAfter(
    resumed,
    { type: 'unit-progress', key: 'a', worker: 0, done: 600, total: 1000 },
    10_000,
    weights,
  )
  // 7 of 100 in 10 s; 58 are left.
  expect(secondsLeft(further, 10_000, weights)).toBeCloseTo((58 * 10) / 7)
  expect(renderProgress(further, { columns: 80, now: 10_000, weights })[1]).toMatch(/600\/1,000 {2}10\.0\/s/)

  const done = progressAfter(
    further,
    { type: 'unit-finished', key: 'a', seconds: 60, published: 'committed' },
    50_000,
    weights,
  )
  // 35 of 100 in 50 s; 30 are left.
  expect(shareDone(done, weights)).toBeCloseTo(0.7)
  expect(secondsLeft(done, 50_000, weights)).toBeCloseTo((30 * 50) / 35)
})

test('80 columns', () => {
  expect(`\n${renderProgress(running, { columns: 80, now: 11_000, weights }).join('\n')}\n`)
    .toMatchInlineSnapshot(`
      "
      ████████░░░░░░░░  55 %  about 9 s left, 6/8 units, 11 s so far
        search simulated-annealing · 90 % ·…  accuracy 61.2…  500/1,000  45.9/s  11 s
        train snip · 90 % · seed 1                                                5 s
      "
    `)
})

test('140 columns', () => {
  expect(`\n${renderProgress(running, { columns: 140, now: 11_000, weights }).join('\n')}\n`)
    .toMatchInlineSnapshot(`
      "
      ████████░░░░░░░░  55 %  about 9 s left, 6/8 units, 11 s so far, 5 from the store
        search simulated-annealing · 90 % · k=0 · seed 1  accuracy 61.2 %                                                 500/1,000  45.9/s  11 s
        train snip · 90 % · seed 1                                                                                                            5 s
      "
    `)
})

test('40 columns', () => {
  expect(`\n${renderProgress(running, { columns: 40, now: 11_000, weights }).join('\n')}\n`)
    .toMatchInlineSnapshot(`
      "
      55 %  about 9 s left, 6/8 units
        search…       500/1,000  45.9/s  11 s
        train snip · 90 % · seed 1        5 s
      "
    `)
})

test('more workers than lines', () => {
  expect(renderProgress(running, { columns: 80, now: 11_000, weights, most: 1 }).at(-1)).toBe('  and 1 more')
})
