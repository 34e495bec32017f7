import { readFileSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { FakeUnit } from './plan.fixture.ts'
import { at, contents, makeFolder, pidsWritten, removeFolder, run } from './run-plan.fixture.ts'

beforeEach(makeFolder)
afterEach(removeFolder)

const onEngine = (...labels: string[]): FakeUnit[] => labels.map((label) => ({ label, engine: true }))
const allowed = (files: readonly string[]) => files.map((file) => writeFileSync(at(file), ''))

test('units that use the engine are computed in one process at the same time, others in processes of their own', async () => {
  const running = run([...onEngine('wait a', 'wait b', 'wait c'), { label: 'wait d' }], {
    workers: 1,
    together: 3,
  })
  const pids = await pidsWritten(4)
  allowed(['go'])
  const { statuses, events } = await running
  expect(Object.values(statuses)).toEqual(['computed', 'computed', 'computed', 'computed'])
  expect([...new Set(pids)]).toHaveLength(2)
  const places = events.flatMap((e) => (e.type === 'unit-started' ? [[e.label, e.worker]] : []))
  expect(places).toEqual([
    ['wait a', 1],
    ['wait b', 1],
    ['wait c', 1],
    ['wait d', 2],
  ])
})

test('no more units are in a process than it may have, and results are those of one by one', async () => {
  const units: FakeUnit[] = Array.from({ length: 12 }, (_, i) => ({
    label: `crowd ${i}`,
    engine: true,
    inputs: [i - 4].filter((j) => j >= 0).map((j) => `crowd ${j}`),
  }))
  await run(units, { workers: 1, together: 3, root: at('together') })
  const crowds = readFileSync(at('crowd'), 'utf8').trim().split('\n').map(Number)
  expect(Math.max(...crowds)).toBe(3)
  await run(units, { workers: 1, root: at('alone') })
  const digests = await Promise.all([at('together'), at('alone')].map(contents))
  expect(digests[0]).toHaveLength(12)
  expect(digests[0]).toEqual(digests[1])
})

test('a crash fails the unit that is the cause, and those beside it go on', async () => {
  const told: string[] = []
  const { statuses, failureOf, types } = await run(
    onEngine('slow a', 'slow b', 'crash', 'slow c', 'slow d', 'ok later'),
    { workers: 1, together: 5, onOutput: (_, line) => void told.push(line) },
  )
  expect(statuses).toEqual({
    'slow a': 'computed',
    'slow b': 'computed',
    crash: 'failed',
    'slow c': 'computed',
    'slow d': 'computed',
    'ok later': 'computed',
  })
  expect(failureOf('crash')).toMatchObject({ kind: 'crash', signal: 'SIGSEGV' })
  expect(types.filter((type) => type === 'unit-failed')).toHaveLength(1)
  expect(told[0]).toMatch(
    /^Its worker process died: signal SIGSEGV. Its \d units are tried again, \d at a time.$/,
  )
})

test('a rejection that nobody handles fails the unit it is of, among others, too', async () => {
  const { statuses, failureOf } = await run(onEngine('slow a', 'stray', 'slow b'), {
    workers: 1,
    together: 3,
  })
  expect(statuses).toEqual({ 'slow a': 'computed', stray: 'failed', 'slow b': 'computed' })
  expect(failureOf('stray')).toMatchObject({ kind: 'error', message: 'nobody waits for this' })
})

test('a unit over its time limit fails alone; those it was with go on from where they were', async () => {
  writeFileSync(at('misfortune'), JSON.stringify({}))
  const { statuses, failureOf, types } = await run(onEngine('hang', 'slow a'), {
    workers: 1,
    together: 2,
    timeoutSeconds: 1,
  })
  expect(failureOf('hang').kind).toBe('timeout')
  expect(statuses['slow a']).toBe('computed')
  expect(types.filter((type) => type === 'unit-failed')).toHaveLength(1)
})

test('a time limit is of a unit alone: many that share a process have as much as each would need', async () => {
  const labels = Array.from({ length: 6 }, (_, i) => `long ${i}`)
  const { statuses } = await run(onEngine(...labels), { workers: 1, together: 6, timeoutSeconds: 1 })
  expect(Object.values(statuses)).toEqual(Array(6).fill('computed'))
})

test('of a process that a unit blocks, that unit alone is over its time limit', async () => {
  const { statuses, failureOf } = await run(onEngine('slow a', 'spin', 'slow b'), {
    workers: 1,
    together: 3,
    timeoutSeconds: 1,
  })
  expect(statuses).toEqual({ 'slow a': 'computed', spin: 'failed', 'slow b': 'computed' })
  expect(failureOf('spin').kind).toBe('timeout')
}, 30_000)

test('what a unit throws is told of it alone', async () => {
  const { statuses, failureOf } = await run(onEngine('ok a', 'problem', 'bug', 'ok b'), {
    workers: 1,
    together: 4,
  })
  expect(statuses).toEqual({ 'ok a': 'computed', problem: 'failed', bug: 'failed', 'ok b': 'computed' })
  expect(failureOf('problem').message).toBe('The score has 3 entries, the layer 4.')
  expect(failureOf('bug').message).toBe('TypeError: x is not a function')
})

test('units that were in a process that died go on from their checkpoints', async () => {
  writeFileSync(at('misfortune'), JSON.stringify({ after: 6, how: 'SIGKILL' }))
  const { statuses } = await run(onEngine('steps a', 'slow b'), { workers: 1, together: 2 })
  const begun = readFileSync(at('begun'), 'utf8').trim().split('\n')
  // With two in it nobody knows which one it was; alone, and past its sixth step, it fails no more.
  expect(begun).toEqual(['0', '6'])
  expect(statuses).toEqual({ 'steps a': 'computed', 'slow b': 'computed' })
})

test('a GPU that is lost to too many units at once is had again by fewer of them, and none fails', async () => {
  const told: string[] = []
  const { statuses } = await run(onEngine('gpu a', 'gpu b', 'gpu c', 'gpu d', 'gpu e', 'gpu f'), {
    workers: 1,
    together: 6,
    onOutput: (_, line) => void told.push(line),
  })
  expect(Object.values(statuses)).toEqual(Array(6).fill('computed'))
  expect(told).toContain('train: the GPU was lost.')
  expect(told.filter((line) => line.includes('tried again')).map((line) => line.split('. ')[1])).toEqual([
    'Its 6 units are tried again, 3 at a time.',
    'Its 3 units are tried again, 2 at a time.',
  ])
})

test('a unit that loses the GPU by itself fails and says so; the others have it again', async () => {
  const { statuses, failureOf, outcome } = await run(onEngine('gpu a', 'lose-gpu', 'gpu b', 'gpu c'), {
    workers: 1,
    together: 2,
  })
  expect(statuses).toEqual({
    'gpu a': 'computed',
    'lose-gpu': 'failed',
    'gpu b': 'computed',
    'gpu c': 'computed',
  })
  expect(failureOf('lose-gpu')).toMatchObject({
    kind: 'error',
    message: 'train: the GPU was lost.',
    hint: 'Fewer cells at once.',
  })
  // The run is not stopped, as it is where nothing can go on.
  expect(outcome.problem).toBeUndefined()
})
