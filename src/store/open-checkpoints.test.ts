import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { digest } from '../values/digest.ts'
import { Problem } from '../values/problem.ts'
import { openStore } from './index.ts'
import type { Checkpoint, Quarantined } from './index.ts'

let root: string
beforeEach(() => (root = join(mkdtempSync(join(tmpdir(), 'checkpoints-')), 'store')))
afterEach(() => rmSync(join(root, '..'), { recursive: true }))

const key = digest('a key')
const checkpoint: Checkpoint = {
  content: Uint8Array.of(0, 10, 13, 255, 10),
  label: 'größer\n',
  seconds: 2.5,
  saved: '2026-01-01T00:00:00.000Z',
}
const later: Checkpoint = { ...checkpoint, content: Uint8Array.of(7), seconds: 9 }
const artifact = { facts: {}, tensors: {} }
const provenance = { document: {}, label: 'a unit', seconds: 1, created: '2026-01-01' }
const fileOf = (one = key) => join(root, 'checkpoints', one.slice(0, 2), one)

function opened() {
  const quarantined: Quarantined[] = []
  const store = openStore(root, { onQuarantine: (one) => quarantined.push(one) })
  return { store, checkpoints: store.checkpoints, quarantined }
}

async function collected<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

/** The checkpoint as it was saved, its content in an array of its own. */
async function readBack(one = key): Promise<Checkpoint | undefined> {
  const read = await opened().checkpoints.read(one)
  if (read === undefined) return undefined
  const { content, label, seconds, saved } = read
  return { content: Uint8Array.from(content), label, seconds, saved }
}

test('looking for checkpoints in a store that is not there finds nothing and makes nothing', async () => {
  const { checkpoints } = opened()
  expect(await checkpoints.read(key)).toBeUndefined()
  await checkpoints.failed(key)
  await checkpoints.remove(key)
  expect(await collected(checkpoints.list())).toEqual([])
  expect(existsSync(root)).toBe(false)
})

test('what is saved is read back by any process; the last one counts', async () => {
  const { checkpoints } = opened()
  await checkpoints.save(key, checkpoint)
  expect(await readBack()).toEqual(checkpoint)
  await checkpoints.save(key, later)
  expect(await readBack()).toEqual(later)
  await checkpoints.save(key, { ...later, content: new Uint8Array() })
  expect((await readBack())?.content).toEqual(new Uint8Array())
  expect(await readBack(digest('another key'))).toBeUndefined()
  expect(readdirSync(join(root, 'tmp'))).toEqual([])
  // What was saved into no store made one of the present version.
  expect(readFileSync(join(root, 'version'), 'utf8')).toBe('2\n')
})

test.each([
  ['a flipped bit in the content', (bytes: Buffer) => bytes.with(-1, (bytes.at(-1) ?? 0) ^ 1)],
  [
    'a changed header',
    (bytes: Buffer) => Buffer.from(bytes.toString('latin1').replace('2.5', '3.5'), 'latin1'),
  ],
  ['a changed digest', (bytes: Buffer) => bytes.with(0, 'x'.charCodeAt(0))],
  ['a torn file', (bytes: Buffer) => bytes.subarray(0, -1)],
  ['a file torn in its digest', (bytes: Buffer) => bytes.subarray(0, 10)],
  ['an empty file', () => Buffer.alloc(0)],
])('%s: set aside, reported, and as if there were none', async (_, damaged) => {
  const { checkpoints, quarantined } = opened()
  await checkpoints.save(key, checkpoint)
  writeFileSync(fileOf(), damaged(readFileSync(fileOf())))
  expect(await checkpoints.read(key)).toBeUndefined()
  expect(quarantined).toMatchObject([{ key, file: fileOf() }])
  const { movedTo = '', expected, found } = quarantined[0] ?? {}
  expect(movedTo.startsWith(join(root, 'quarantine'))).toBe(true)
  expect(existsSync(movedTo)).toBe(true)
  expect(expected).not.toBe(found)
  expect(existsSync(fileOf())).toBe(false)
  await checkpoints.save(key, later)
  expect(await readBack()).toEqual(later)
})

test('a checkpoint in the wrong place is not taken for another; the same key can be set aside again', async () => {
  const { checkpoints, quarantined } = opened()
  const wrong = digest('another key')
  await checkpoints.save(key, checkpoint)
  mkdirSync(join(fileOf(wrong), '..'), { recursive: true })
  for (let i = 0; i < 3; i++) {
    writeFileSync(fileOf(wrong), readFileSync(fileOf()))
    expect(await checkpoints.read(wrong)).toBeUndefined()
  }
  expect(quarantined[0]).toMatchObject({ key: wrong, expected: wrong, found: key })
  expect(new Set(quarantined.map(({ movedTo }) => movedTo)).size).toBe(3)
})

test.each(['committed', 'duplicate', 'conflict'])('publishing removes it: %s', async (how) => {
  const { store, checkpoints } = opened()
  if (how !== 'committed') await store.publish(key, artifact, provenance)
  await checkpoints.save(key, checkpoint)
  const facts = how === 'conflict' ? { other: 1 } : {}
  expect(await store.publish(key, { ...artifact, facts }, provenance)).toBe(how)
  expect(existsSync(fileOf())).toBe(false)
})

test('one that a unit fails with three times is removed; a newer one is judged anew', async () => {
  const { checkpoints } = opened()
  await checkpoints.save(key, checkpoint)
  await checkpoints.failed(key)
  await checkpoints.failed(key)
  expect(await readBack()).toEqual(checkpoint)
  await checkpoints.save(key, later)
  await checkpoints.failed(key)
  await checkpoints.failed(key)
  expect(await readBack()).toEqual(later)
  await checkpoints.failed(key)
  expect(await readBack()).toBeUndefined()
})

test('they are listed, and verified with the artifacts', async () => {
  const { store, checkpoints, quarantined } = opened()
  const keys = [digest('1'), digest('2'), digest('3')].sort()
  for (const one of keys) await checkpoints.save(one, { ...checkpoint, label: one })
  const [{ key: first, ...rest } = {}, ...others] = await collected(checkpoints.list())
  expect([first, ...others.map((one) => one.key)]).toEqual(keys)
  expect(rest).toEqual({ label: first, seconds: 2.5, saved: checkpoint.saved, bytes: 5 })
  expect(await collected(store.verify())).toEqual([])
  writeFileSync(fileOf(keys[1]), 'damaged')
  const bad = await collected(store.verify())
  expect(bad.map((one) => one.key)).toEqual([keys[1]])
  expect(quarantined).toEqual(bad)
  expect((await collected(checkpoints.list())).map((one) => one.key)).toEqual([keys[0], keys[2]])
})

test('one that cannot be written is a problem of the machine; the one before stays', async () => {
  const { checkpoints } = opened()
  await checkpoints.save(key, checkpoint)
  rmSync(join(root, 'tmp'), { recursive: true })
  writeFileSync(join(root, 'tmp'), 'a file where a folder should be')
  const problem = await checkpoints.save(key, later).catch((error: unknown) => error)
  expect(problem).toBeInstanceOf(Problem)
  expect(problem).toMatchObject({
    kind: 'infrastructure',
    message: expect.stringContaining(`Cannot write the checkpoint ${fileOf()}`) as unknown,
  })
  // A store is not opened where `tmp` is a file.
  rmSync(join(root, 'tmp'))
  expect(await readBack()).toEqual(checkpoint)
})
