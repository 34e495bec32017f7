import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createLiveView, type LiveViewOptions } from './live-view.ts'
import type { ProgressEvent } from './progress-state.ts'
import { textWidth } from './text-width.ts'

beforeEach(() => void vi.useFakeTimers({ now: 0 }))
afterEach(() => void vi.useRealTimers())

const started: ProgressEvent = { type: 'run-started', units: 10, cached: 4, workers: 2, weight: 100 }
const weights = new Map([
  ['a', 60],
  ['b', 30],
  ['c', 10],
])
const unit = (key: string, worker: number): ProgressEvent => ({
  type: 'unit-started',
  key,
  label: `train ${key} · 90 % · seed 1`,
  worker,
})
const finished = (key: string, published: 'committed' | 'conflict' = 'committed'): ProgressEvent => ({
  type: 'unit-finished',
  key,
  seconds: 3,
  published,
})
const failed: ProgressEvent = {
  type: 'unit-failed',
  key: 'b',
  label: 'train b',
  failure: { kind: 'crash', message: 'the worker ended', signal: 'SIGSEGV' },
}

function view(options: Partial<LiveViewOptions> = {}) {
  const writes: string[] = []
  const stream = { write: (text: string) => writes.push(text) }
  const live = createLiveView({ stream, isTTY: true, columns: 80, colour: false, weights, ...options })
  return { ...live, writes, screen: () => screenAfter(writes) }
}

/** What a terminal shows after these writes: the little of it that the view uses. */
function screenAfter(writes: readonly string[]): string[] {
  const lines: string[] = ['']
  let [row, column] = [0, 0]
  for (const part of writes.join('').match(/\u001b\[\d*[A-Z]|\r|\n|[^\u001b\r\n]+/g) ?? []) {
    const line = lines[row] ?? ''
    if (part === '\r') column = 0
    else if (part === '\n') [row, column] = [row + 1, 0]
    else if (part.endsWith('A') && part.startsWith('\u001b')) row -= Number(part.slice(2, -1))
    else if (part === '\u001b[J') lines.splice(row, Infinity, line.slice(0, column))
    else if (part === '\u001b[K') lines[row] = line.slice(0, column)
    else {
      lines[row] = line.slice(0, column) + part + line.slice(column + part.length)
      column += part.length
    }
    while (lines.length <= row) lines.push('')
  }
  return lines
}

test('a terminal shows the whole and what each worker does', () => {
  const live = view()
  live.event(started)
  live.event(unit('a', 0))
  live.event(unit('b', 1))
  vi.advanceTimersByTime(4000)
  live.event({ type: 'unit-progress', key: 'a', worker: 0, done: 5, total: 10, note: 'epoch 5: loss 0.12' })
  vi.advanceTimersByTime(1000)
  // 30 of 100 after 5 s leave about 12 s.
  expect(live.screen()).toMatchInlineSnapshot(`
    [
      "████░░░░░░░░░░░░  30 %  about 12 s left, 4/10 units, 5 s so far",
      "  train a · 90 % · seed 1  epoch 5: loss 0.12                5/10  1.00/s   5 s",
      "  train b · 90 % · seed 1                                                   5 s",
      "",
    ]
  `)
  live.event(finished('b'))
  live.event(unit('c', 1))
  vi.advanceTimersByTime(1000)
  expect(live.screen()[0]).toContain('60 %')
  live.event({ type: 'run-finished', seconds: 6, cancelled: false })
  expect(live.screen()).toEqual([''])
})

test('the screen is drawn at most ten times a second, and while nothing happens still once', () => {
  const live = view()
  live.event(started)
  live.event(unit('a', 0))
  const before = live.writes.length
  for (let i = 0; i < 1000; i++) {
    live.event({ type: 'unit-progress', key: 'a', worker: 0, done: i, total: 1000 })
    vi.advanceTimersByTime(1)
  }
  expect(live.writes.length - before).toBeLessThanOrEqual(10)
  expect(live.writes.length - before).toBeGreaterThanOrEqual(8)
  const idle = live.writes.length
  vi.advanceTimersByTime(5000)
  expect(live.writes.length - idle).toBeGreaterThanOrEqual(4)
  expect(live.writes.length - idle).toBeLessThanOrEqual(6)
  live.stop()
  const stopped = live.writes.length
  vi.advanceTimersByTime(5000)
  expect(live.writes.length).toBe(stopped)
})

test('a failure is a line that stays above the progress', () => {
  const live = view()
  live.event(started)
  live.event(unit('b', 1))
  live.event(failed)
  expect(live.screen()[0]).toBe('failed: train b: its process died: the worker ended (signal SIGSEGV)')
  expect(live.screen()[1]).toContain('1 failed')
  live.log('a word from outside')
  live.event({ type: 'run-finished', seconds: 6, cancelled: false })
  expect(live.screen()).toEqual([
    'failed: train b: its process died: the worker ended (signal SIGSEGV)',
    'a word from outside',
    '',
  ])
})

test('a unit that is tried again is told, and starts anew', () => {
  const live = view()
  live.event(started)
  live.event(unit('b', 1))
  const failure = { kind: 'error', message: 'out of luck' } as const
  live.event({ type: 'unit-retried', key: 'b', label: 'train b', failure, attempt: 1 })
  expect(live.screen()[0]).toBe('trying again after attempt 1: train b: out of luck')
  expect(live.screen()[1]).not.toContain('failed')
  expect(live.screen()[2]).toBe('')
})

test('a log gets plain lines now and then', () => {
  const live = view({ isTTY: false })
  live.event(started)
  live.event(unit('a', 0))
  for (let i = 0; i < 120; i++) {
    vi.advanceTimersByTime(1000)
    live.event({ type: 'unit-progress', key: 'a', worker: 0, done: i, total: 1000 })
  }
  live.event(failed)
  live.event(finished('a', 'conflict'))
  live.event({ type: 'run-finished', seconds: 6, cancelled: false })
  const text = live.writes.join('')
  expect(text).not.toContain('\u001b')
  expect(text).toMatchInlineSnapshot(`
    "computing 6 units with 2 workers; 4 from the store
    0 % done, 4/10 units, 4 from the store, 1 running, 5 s so far
    0 % done, 4/10 units, 4 from the store, 1 running, 10 s so far
    0 % done, 4/10 units, 4 from the store, 1 running, 15 s so far
    1 % done, 4/10 units, 4 from the store, 1 running, 20 s so far, about 31m left
    1 % done, 4/10 units, 4 from the store, 1 running, 25 s so far, about 30m left
    1 % done, 4/10 units, 4 from the store, 1 running, 30 s so far, about 29m left
    1 % done, 4/10 units, 4 from the store, 1 running, 35 s so far, about 29m left
    2 % done, 4/10 units, 4 from the store, 1 running, 40 s so far, about 29m left
    2 % done, 4/10 units, 4 from the store, 1 running, 45 s so far, about 28m left
    2 % done, 4/10 units, 4 from the store, 1 running, 50 s so far, about 28m left
    3 % done, 4/10 units, 4 from the store, 1 running, 55 s so far, about 28m left
    4 % done, 4/10 units, 4 from the store, 1 running, 1m 25s so far, about 27m left
    6 % done, 4/10 units, 4 from the store, 1 running, 1m 55s so far, about 26m left
    failed: train b: its process died: the worker ended (signal SIGSEGV)
    conflict: unit a gave another result than the one in the store; the stored one is kept
    "
  `)
})

test('units that one worker computes at the same time have a line each', () => {
  const live = view()
  live.event({ ...started, together: 64 })
  live.event(unit('a', 1))
  live.event(unit('b', 1))
  vi.advanceTimersByTime(1000)
  expect(live.screen().join('\n')).toMatch(/train a.*\n.*train b/)
  const log = view({ isTTY: false })
  log.event({ ...started, together: 64 })
  expect(log.writes.join('')).toBe(
    'computing 6 units with 2 workers, one of them up to 64 at a time; 4 from the store\n',
  )
})

test('quiet tells failures, and what is wrong with the store, a line each', () => {
  for (const isTTY of [true, false]) {
    const live = view({ isTTY, quiet: true })
    live.event(started)
    live.event(unit('b', 1))
    vi.advanceTimersByTime(60_000)
    const failure = { kind: 'error', message: 'out of luck' } as const
    live.event({ type: 'unit-retried', key: 'b', label: 'train b', failure, attempt: 1 })
    live.event(failed)
    live.event({
      type: 'quarantined',
      key: 'c',
      file: 'artifacts/c/mask.bin',
      expected: 'aa',
      found: 'bb',
      movedTo: 'quarantine/c',
    })
    live.event(finished('a'))
    live.event(finished('a', 'conflict'))
    live.event({ type: 'run-finished', seconds: 6, cancelled: false })
    expect(live.writes).toEqual([
      'failed: train b: its process died: the worker ended (signal SIGSEGV)\n',
      'damaged in the store: artifacts/c/mask.bin; moved to quarantine/c, computed anew when it is needed\n',
      'conflict: unit a gave another result than the one in the store; the stored one is kept\n',
    ])
  }
})

test('nothing is written where nothing has to be computed', () => {
  const live = view({ isTTY: false })
  live.event({ type: 'run-started', units: 10, cached: 10, workers: 2, weight: 0 })
  vi.advanceTimersByTime(60_000)
  live.event({ type: 'run-finished', seconds: 60, cancelled: false })
  expect(live.writes).toEqual([])
})

test('without colour nothing but cursor movements is written to a terminal', () => {
  for (const colour of [true, false]) {
    const live = view({ colour })
    live.event(started)
    live.event(unit('b', 1))
    live.event(failed)
    expect(/\u001b\[\d+m/.test(live.writes.join(''))).toBe(colour)
  }
})

test.each([20, 40, 61, 80, 120])('no line is as wide as %i columns', (columns) => {
  const live = view({ columns: () => columns })
  live.event(started)
  for (let worker = 0; worker < 12; worker++) {
    const key = `${worker}`
    const label = `train 模擬退火 simulated-annealing · 90 % · k=75 · seed ${worker}`
    live.event({ type: 'unit-started', key, label, worker })
    const note = '精度 epoch 12: loss 0.1234'
    live.event({ type: 'unit-progress', key, worker, done: 12_345 * worker, total: 99_999, note })
  }
  vi.setSystemTime(3_600_000)
  vi.advanceTimersByTime(100)
  const lines = live.screen().filter((line) => line !== '')
  expect(lines.length).toBeLessThanOrEqual(10)
  for (const line of lines) expect(textWidth(line), line).toBeLessThan(columns)
})
