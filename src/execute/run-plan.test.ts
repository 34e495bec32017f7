import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openJournal, openStore, readJournal } from '../store/index.ts'
import { safetensorsMetadata } from '../values/safetensors.ts'
import { createCancellation, recordEvents } from './index.ts'
import type { RunEvent } from './index.ts'
import type { FakeUnit } from './plan.fixture.ts'
import { allDead, at, contents, makeFolder, pidsWritten, removeFolder, run } from './run-plan.fixture.ts'

beforeEach(makeFolder)
afterEach(removeFolder)

test('units run after their inputs; a second run computes nothing', async () => {
  const units = [
    { label: 'ok a' },
    { label: 'ok b', inputs: ['ok a'] },
    { label: 'ok c', inputs: ['ok a', 'ok b'] },
  ]
  const first = await run(units)
  expect(first.statuses).toEqual({ 'ok a': 'computed', 'ok b': 'computed', 'ok c': 'computed' })
  expect(first.types).toEqual([
    'run-started',
    ...['a', 'b', 'c'].flatMap(() => ['unit-started', 'unit-finished']),
    'run-finished',
  ])
  const second = await run(units, { goal: ['ok c'] })
  expect(second.outcome.units).toEqual(new Map([[second.key('ok c'), { status: 'cached' }]]))
  expect(second.types).toEqual(['run-started', 'run-finished'])
})

test('a worker that dies of a signal fails its unit alone and is replaced', async () => {
  const { statuses, failureOf, types } = await run(
    [
      { label: 'crash', weight: 9 },
      { label: 'ok after', inputs: ['crash'] },
      { label: 'ok later', inputs: ['ok after'] },
      { label: 'ok beside' },
      { label: 'ok too' },
    ],
    { workers: 1 },
  )
  expect(statuses).toEqual({
    crash: 'failed',
    'ok after': 'blocked',
    'ok later': 'blocked',
    'ok beside': 'computed',
    'ok too': 'computed',
  })
  expect(failureOf('crash')).toMatchObject({ kind: 'crash', signal: 'SIGSEGV' })
  expect(failureOf('crash').exitCode).toBeUndefined()
  expect(types.filter((type) => type === 'unit-blocked')).toHaveLength(2)
  expect(types).toContain('worker-exited')
})

test('a worker that exits leaves its exit code and the last lines it printed', async () => {
  const { failureOf, statuses } = await run([{ label: 'exit' }, { label: 'noisy' }, { label: 'ok' }])
  expect(statuses.ok).toBe('computed')
  expect(failureOf('exit')).toMatchObject({ kind: 'crash', exitCode: 7, stderr: [] })
  const { exitCode, stderr = [] } = failureOf('noisy')
  expect(exitCode).toBe(3)
  expect(stderr).toHaveLength(20)
  expect(stderr).toContain('the end')
  expect(stderr).toContain('line 30')
})

test('a worker that runs out of memory says so', async () => {
  const before = process.env.NODE_OPTIONS
  process.env.NODE_OPTIONS = '--max-old-space-size=40'
  try {
    const { failureOf } = await run([{ label: 'out-of-memory' }])
    expect(failureOf('out-of-memory')).toMatchObject({ kind: 'crash', signal: 'SIGABRT' })
    expect(failureOf('out-of-memory').hint).toMatch(/ran out of memory/)
    expect(failureOf('out-of-memory').stderr?.join('\n')).toMatch(/heap out of memory/)
  } finally {
    if (before === undefined) delete process.env.NODE_OPTIONS
    else process.env.NODE_OPTIONS = before
  }
})

test('what a unit throws is told with message, hint and stack', async () => {
  const { failureOf, statuses, types } = await run(
    [{ label: 'problem' }, { label: 'bug' }, { label: 'stray' }, { label: 'ok' }],
    { workers: 1 },
  )
  expect(failureOf('problem')).toMatchObject({
    kind: 'error',
    message: 'The score has 3 entries, the layer 4.',
    hint: 'Return one per weight.',
  })
  expect(failureOf('bug').message).toBe('TypeError: x is not a function')
  expect(failureOf('bug').stack).toMatch(/caused by: Error: the reason/)
  expect(failureOf('stray')).toMatchObject({ kind: 'error', message: 'nobody waits for this' })
  expect(statuses.ok).toBe('computed')
  expect(types.filter((type) => type === 'worker-exited')).toHaveLength(1)
})

test('a unit over its time limit is stopped, blocked event loop or not', async () => {
  const { failureOf, statuses } = await run([{ label: 'hang' }, { label: 'spin' }, { label: 'ok' }], {
    timeoutSeconds: 1,
  })
  expect(failureOf('hang').kind).toBe('timeout')
  expect(failureOf('spin').kind).toBe('timeout')
  expect(statuses.ok).toBe('computed')
  expect(await allDead()).toBe(true)
})

test('what a stopped unit had started is stopped, too', async () => {
  const { failureOf } = await run([{ label: 'offspring' }], { timeoutSeconds: 1 })
  expect(failureOf('offspring').kind).toBe('timeout')
  expect(await allDead()).toBe(true)
})

test('progress arrives while the worker blocks, at most ten times a second, and once at the end', async () => {
  const { events } = await run([{ label: 'block' }, { label: 'chatter' }], {
    // the worker spins until it sees this file, which is written when its progress has arrived
    onEvent: (event) => {
      if (event.type === 'unit-progress' && event.note === 'blocking') writeFileSync(at('go'), '')
    },
  })
  const chatter = events.flatMap((event) =>
    event.type === 'unit-progress' && event.total === 100_000 ? [event.done] : [],
  )
  expect(chatter[0]).toBe(1)
  expect(chatter.at(-1)).toBe(100_000)
  expect(chatter.length).toBeLessThan(100)
})

test('cancelled once, running units finish and nothing new starts', async () => {
  const cancellation = createCancellation()
  const { statuses, outcome } = await run(
    [{ label: 'wait' }, { label: 'ok after', inputs: ['wait'] }, { label: 'ok next' }],
    {
      workers: 1,
      cancellation,
      onEvent(event) {
        if (event.type !== 'unit-started') return
        cancellation.request()
        writeFileSync(at('go'), '')
      },
    },
  )
  expect(statuses).toEqual({ wait: 'computed', 'ok after': 'cancelled', 'ok next': 'cancelled' })
  expect(outcome.cancelled).toBe(true)
})

test('cancelled twice, running units are stopped at once', async () => {
  const cancellation = createCancellation()
  const { statuses, types } = await run([{ label: 'spin' }, { label: 'hang' }, { label: 'ok' }], {
    cancellation,
    onEvent(event) {
      if (event.type !== 'unit-started' || event.label !== 'hang') return
      cancellation.request()
      void pidsWritten(2).then(() => cancellation.request())
    },
  })
  expect(statuses).toEqual({ spin: 'cancelled', hang: 'cancelled', ok: 'cancelled' })
  expect(types).not.toContain('unit-failed')
  expect(await allDead()).toBe(true)
})

test('a corrupt input is set aside and computed again', async () => {
  const units = [{ label: 'ok a' }, { label: 'ok b', inputs: ['ok a'] }]
  const { key } = await run(units, { goal: ['ok a'] })
  const file = join(at('store'), 'objects', key('ok a').slice(0, 2), key('ok a'))
  const good = readFileSync(file)
  writeFileSync(file, good.with(good.length - 1, (good.at(-1) ?? 0) ^ 1))
  const { statuses, types, events } = await run(units)
  expect(statuses).toEqual({ 'ok a': 'computed', 'ok b': 'computed' })
  expect(types.filter((type) => type === 'quarantined')).toHaveLength(1)
  expect(events).toContainEqual(expect.objectContaining({ type: 'quarantined', key: key('ok a'), file }))
  // All but the provenance, which tells when it was computed.
  expect(safetensorsMetadata(readFileSync(file)).content).toBe(safetensorsMetadata(good).content)
  expect(await openStore(at('store')).read(key('ok a'))).toBeDefined()
})

test('a failed unit is tried again as often as asked', async () => {
  const { statuses, types } = await run([{ label: 'flaky' }], { retries: 1 })
  expect(statuses).toEqual({ flaky: 'computed' })
  expect(types.filter((type) => type === 'unit-retried')).toHaveLength(1)
  const other = await run([{ label: 'exit' }], { retries: 1, root: at('other') })
  expect(other.types.filter((type) => type === 'unit-started')).toHaveLength(2)
  expect(other.statuses).toEqual({ exit: 'failed' })
})

test('a worker that dies idle costs no unit', async () => {
  const { statuses } = await run([{ label: 'die-later', weight: 9 }, { label: 'ok' }], {
    workers: 1,
    onEvent(event) {
      if (event.type !== 'unit-finished') return
      // until it is dead, but not noticed
      while (!existsSync(at('died')));
    },
  })
  expect(statuses).toEqual({ 'die-later': 'computed', ok: 'computed' })
})

test('a fault of the machine stops the run and is told as such', async () => {
  const { outcome, statuses } = await run([{ label: 'disk', weight: 9 }, { label: 'ok' }], { workers: 1 })
  expect(statuses).toEqual({ disk: 'failed', ok: 'cancelled' })
  expect(outcome.problem).toMatchObject({ kind: 'infrastructure', message: 'The disk is full.' })
  expect(outcome.cancelled).toBe(false)
})

test('a worker that is killed while it starts is replaced', async () => {
  writeFileSync(
    at('killed-first.mjs'),
    `import { existsSync, writeFileSync } from 'node:fs'
const told = new URL('killed', import.meta.url)
if (!existsSync(told)) {
  writeFileSync(told, '')
  process.kill(process.pid, 'SIGKILL')
}
await import('./worker.mjs')
`,
  )
  const units = [{ label: 'ok', weight: 9 }, { label: 'ok too' }]
  const { outcome, statuses } = await run(units, { workerFile: at('killed-first.mjs'), workers: 1 })
  expect(existsSync(at('killed'))).toBe(true)
  expect(statuses).toEqual({ ok: 'computed', 'ok too': 'computed' })
  expect(outcome.problem).toBeUndefined()
})

test.each(['garble', 'babble', 'nothing'])(
  'a worker that writes what is no message fails its unit alone: %s',
  async (label) => {
    const { statuses, failureOf } = await run([{ label }, { label: 'ok' }], { workers: 1 })
    expect(statuses).toEqual({ [label]: 'failed', ok: 'computed' })
    expect(failureOf(label).message).toMatch(/died: it wrote ".+" where its messages go/)
  },
)

test('a worker that a plugin ended with exit code 0 is a failure, with a hint', async () => {
  const { failureOf } = await run([{ label: 'exit-well' }])
  expect(failureOf('exit-well')).toMatchObject({ kind: 'crash', exitCode: 0 })
  expect(failureOf('exit-well').hint).toContain('process.exit')
})

test('workers that cannot start stop the run', async () => {
  const { outcome } = await run([{ label: 'ok' }, { label: 'ok too' }], { workerFile: at('absent.mjs') })
  expect(outcome.problem?.kind).toBe('infrastructure')
  expect(outcome.problem?.message).toMatch(/could not start/)
})

test('an event that cannot be told ends the run with that error', async () => {
  const broken = run([{ label: 'block' }, { label: 'hang' }], {
    onEvent(event) {
      if (event.type === 'unit-progress') throw new Error('no journal')
    },
  })
  await expect(broken).rejects.toThrow('no journal')
})

test('the journal tells what happened, but for progress', async () => {
  const journal = openJournal<RunEvent>(at('store'), 'run')
  const { events } = await run([{ label: 'chatter' }, { label: 'exit' }, { label: 'ok', inputs: ['exit'] }], {
    onEvent: recordEvents(journal),
  })
  journal.close()
  const { entries, note } = readJournal<RunEvent>(at('store'), 'run')
  expect(note).toBeUndefined()
  expect(events.map(({ type }) => type)).toContain('unit-progress')
  expect(entries.map(({ event }) => event)).toEqual(events.filter(({ type }) => type !== 'unit-progress'))
})

test('the number of workers changes no artifact', async () => {
  const units: FakeUnit[] = Array.from({ length: 12 }, (_, i) => ({
    label: `ok ${i}`,
    inputs: [i - 1, i - 5].filter((j) => j >= 0 && i % 3 !== 0).map((j) => `ok ${j}`),
  }))
  await run(units, { workers: 1, root: at('one') })
  await run(units, { workers: 3, root: at('three') })
  const digests = await Promise.all([at('one'), at('three')].map(contents))
  expect(digests[0]).toHaveLength(12)
  expect(digests[0]).toEqual(digests[1])
})

test('no worker outlives a parent that is killed', async () => {
  const parent = spawn(process.execPath, [at('parent.mjs'), at('store'), at('worker.mjs'), 'spin', 'hang'])
  expect(await pidsWritten(2)).toHaveLength(2)
  parent.kill('SIGKILL')
  expect(await allDead()).toBe(true)
})

test("a terminal's Ctrl-C does not reach the workers", async () => {
  const parent = spawn(
    process.execPath,
    [at('parent.mjs'), at('store'), at('worker.mjs'), 'wait', 'wait too', 'ok'],
    { detached: true, stdio: ['ignore', 'pipe', 'inherit'] },
  )
  let printed = ''
  parent.stdout.on('data', (chunk) => (printed += String(chunk)))
  const closed = new Promise((resolve) => parent.on('close', resolve))
  await pidsWritten(2)
  process.kill(-(parent.pid ?? 0), 'SIGINT')
  // the workers would be gone by the time they are let go
  await sleep(100)
  writeFileSync(at('go'), '')
  await closed
  expect(JSON.parse(printed)).toEqual({ statuses: ['computed', 'computed', 'cancelled'], cancelled: true })
})
