import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openStore } from '../store/index.ts'
import { createCancellation } from './index.ts'
import { fakePlan } from './plan.fixture.ts'
import { allDead, at, contents, makeFolder, pidsWritten, removeFolder, run } from './run-plan.fixture.ts'
import type { Overrides } from './run-plan.fixture.ts'
import type { Misfortune } from './worker.fixture.ts'

beforeEach(makeFolder)
afterEach(removeFolder)

const units = [{ label: 'steps' }]
const key = fakePlan(units).key('steps')
const checkpointFile = () => join(at('store'), 'checkpoints', key.slice(0, 2), key)
const suffer = (misfortune: Misfortune) => writeFileSync(at('misfortune'), JSON.stringify(misfortune))
/** Where each attempt went on from. */
const begun = () => readFileSync(at('begun'), 'utf8').trim().split('\n').map(Number)

/** Puts a checkpoint into the store as an earlier run would have. */
async function leaveCheckpoint(done: number): Promise<void> {
  const content = Buffer.from(`${done}`)
  const { checkpoints } = openStore(at('store'))
  await checkpoints.save(key, { content, label: 'steps', seconds: 100, saved: '2026-01-01T00:00:00.000Z' })
}

const cutOff: readonly [how: string, cut: () => Promise<unknown>][] = [
  [
    'a killed worker',
    () => {
      suffer({ after: 5, how: 'SIGKILL' })
      return run(units)
    },
  ],
  [
    'an error',
    () => {
      suffer({ after: 5, how: 'throw' })
      return run(units)
    },
  ],
  [
    'a time-out',
    () => {
      suffer({ after: 5, how: 'hang' })
      return run(units, { timeoutSeconds: 1 })
    },
  ],
  [
    'Ctrl-C twice',
    () => {
      suffer({ after: 5, how: 'hang' })
      const cancellation = createCancellation()
      void pidsWritten(1).then(() => {
        cancellation.request()
        cancellation.request()
      })
      return run(units, { cancellation })
    },
  ],
  [
    'a killed parent',
    async () => {
      suffer({ after: 5, how: 'hang' })
      const parent = spawn(process.execPath, [at('parent.mjs'), at('store'), at('worker.mjs'), 'steps'])
      await pidsWritten(1)
      parent.kill('SIGKILL')
      await allDead()
    },
  ],
]

test.each(cutOff)('after %s the next run goes on from the last checkpoint', async (_, cut) => {
  await cut()
  expect(existsSync(checkpointFile())).toBe(true)
  rmSync(at('misfortune'))
  const { statuses, events } = await run(units)
  expect(statuses).toEqual({ steps: 'computed' })
  expect(begun()).toEqual([0, 5])
  expect(events).toContainEqual(
    expect.objectContaining({ type: 'unit-resumed', key, label: 'steps', worker: 1, done: 6, total: 10 }),
  )
  expect(existsSync(checkpointFile())).toBe(false)
  await run(units, { root: at('other') })
  expect(begun()).toEqual([0, 5, 0])
  expect(await contents(at('store'))).toEqual(await contents(at('other')))
})

test('the seconds that led to the checkpoint are counted', async () => {
  await leaveCheckpoint(5)
  const { events } = await run(units)
  expect(events.find((event) => event.type === 'unit-finished')?.seconds).toBeGreaterThan(100)
  expect((await openStore(at('store')).provenance(key))?.seconds).toBeGreaterThan(100)
})

test('what is tried again goes on from the checkpoint', async () => {
  suffer({ after: 5, how: 'SIGKILL' })
  const { statuses, types } = await run(units, { retries: 1 })
  expect(statuses).toEqual({ steps: 'computed' })
  expect(begun()).toEqual([0, 5])
  expect(types).toContain('unit-resumed')
})

test.each(['SIGKILL', 'throw'] as const)(
  'a checkpoint that a unit fails with (%s) is given up after three times',
  async (how) => {
    await leaveCheckpoint(5)
    suffer({ from: 5, how })
    const { statuses } = await run(units, { retries: 3 })
    expect(begun()).toEqual([5, 5, 5, 0])
    expect(statuses).toEqual({ steps: 'computed' })
  },
)

test('failures are counted over runs; stopping a run is none', async () => {
  await leaveCheckpoint(5)
  suffer({ from: 5, how: 'hang' })
  for (let stopped = 1; stopped <= 4; stopped++) {
    const cancellation = createCancellation()
    void pidsWritten(stopped).then(() => {
      cancellation.request()
      cancellation.request()
    })
    await run(units, { cancellation })
  }
  suffer({ from: 5, how: 'throw' })
  for (let n = 1; n <= 3; n++) await run(units)
  expect((await run(units)).statuses).toEqual({ steps: 'computed' })
  expect(begun()).toEqual([5, 5, 5, 5, 5, 5, 5, 0])
})

test('computing anew begins at the beginning, but goes on after a crash of its own', async () => {
  const anew: Overrides = { anew: true, retries: 1 }
  await run(units)
  await leaveCheckpoint(7)
  const { statuses, events } = await run(units, anew)
  expect(statuses).toEqual({ steps: 'computed' })
  expect(begun()).toEqual([0, 0])
  expect(events).toContainEqual(expect.objectContaining({ type: 'unit-finished', published: 'duplicate' }))
  expect(existsSync(checkpointFile())).toBe(false)

  await leaveCheckpoint(7)
  suffer({ after: 5, how: 'SIGKILL' })
  expect((await run(units, anew)).statuses).toEqual({ steps: 'computed' })
  expect(begun()).toEqual([0, 0, 0, 5])
})

test('a damaged checkpoint is set aside, told, and the unit begins anew', async () => {
  await leaveCheckpoint(7)
  const bytes = readFileSync(checkpointFile())
  writeFileSync(checkpointFile(), bytes.with(-1, '9'.charCodeAt(0)))
  const { statuses, events } = await run(units)
  expect(statuses).toEqual({ steps: 'computed' })
  expect(begun()).toEqual([0])
  expect(events).toContainEqual(expect.objectContaining({ type: 'quarantined', key, file: checkpointFile() }))
})

test('checkpoints that the disk fails stop the run as the fault of the machine that it is', async () => {
  mkdirSync(at('store'))
  writeFileSync(join(at('store'), 'checkpoints'), 'a file where a folder should be')
  const { outcome } = await run([...units, { label: 'ok' }], { workers: 1 })
  expect(outcome.problem).toMatchObject({
    kind: 'infrastructure',
    message: expect.stringContaining('the checkpoint') as unknown,
  })
})
