import type * as FileSystem from 'node:fs'
import { mkdtempSync, readFileSync, readdirSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { digest } from '../values/digest.ts'
import { float32 } from '../values/host-tensor.ts'
import { readArtifact } from './artifact-file.ts'
import type { durableDisk } from './durable-disk.fixture.ts'
import { openJournal, openStore, readJournal } from './index.ts'
import type { Provenance } from './index.ts'

const disk = vi.hoisted(() => ({ current: undefined as unknown as ReturnType<typeof durableDisk> }))
vi.mock('node:fs', async (original) => {
  const real = await original<typeof FileSystem>()
  const { durableDisk } = await import('./durable-disk.fixture.ts')
  disk.current = durableDisk(real)
  return { ...real, ...disk.current.operations }
})

let base: string
let root: string
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'durable-'))
  root = join(base, 'a', 'store')
})
afterEach(() => rmSync(base, { recursive: true }))

const key = digest('a key')
const provenance: Provenance = { document: { seed: 1 }, label: 'a unit', seconds: 1, created: '2026-01-01' }
const artifact = { facts: { loss: 0.25 }, tensors: { w: float32([2], [1, 2]) } }

let cuts = 0
/** The store's folder as it is after a power cut at this moment. */
function afterPowerCut(): string {
  const to = join(base, `cut-${++cuts}`)
  disk.current.survivors(base, to)
  return join(to, 'a', 'store')
}

test('a published artifact is on the disk, with every name that leads to it', async () => {
  const store = openStore(root)
  await store.publish(key, artifact, provenance)
  const left = afterPowerCut()
  expect(readFileSync(join(left, 'version'), 'utf8')).toBe('2\n')
  expect(await openStore(left).read(key)).toEqual(artifact)
  expect(await openStore(left).provenance(key)).toEqual(provenance)
  // The second one, whose folders are there already.
  const second = digest('another key')
  await store.publish(second, { facts: {}, tensors: {} }, provenance)
  expect(await openStore(afterPowerCut()).read(second)).toEqual({ facts: {}, tensors: {} })
})

test('the one that takes a damaged one’s place, too', async () => {
  const store = openStore(root)
  await store.publish(key, artifact, provenance)
  truncateSync(join(root, 'objects', key.slice(0, 2), key), 100)
  await store.publish(key, artifact, provenance)
  expect(await openStore(afterPowerCut()).read(key)).toEqual(artifact)
})

test('other content for a key is on the disk before it is told', async () => {
  const store = openStore(root)
  await store.publish(key, artifact, provenance)
  expect(await store.publish(key, { ...artifact, facts: { loss: 1 } }, provenance)).toBe('conflict')
  const left = afterPowerCut()
  const [kept = ''] = readdirSync(join(left, 'conflicts', key))
  expect(readArtifact(join(left, 'conflicts', key, kept), key)?.facts).toEqual({ loss: 1 })
})

test('what a claim is bound to is on the disk', async () => {
  const binding = { name: 'digits', content: digest('content') }
  await openStore(root).bindings.bind(key, binding)
  const { bindings } = openStore(afterPowerCut())
  expect(await bindings.bind(key, { ...binding, name: 'another' })).toEqual(binding)
})

test('a saved checkpoint is on the disk', async () => {
  const { checkpoints } = openStore(root)
  for (const content of [Uint8Array.of(1), Uint8Array.of(2, 3)]) {
    await checkpoints.save(key, { content, label: 'a unit', seconds: 1, saved: '2026-01-01' })
    const found = await openStore(afterPowerCut()).checkpoints.read(key)
    expect(Uint8Array.from(found?.content ?? [])).toEqual(content)
  }
})

test('a journal is there as soon as it has begun, a durable line when it is appended, all of them when it is closed', () => {
  const journal = openJournal<string>(root, 'run')
  const told = () => readJournal<string>(afterPowerCut(), 'run').entries.map(({ event }) => event)
  expect(told()).toEqual([])
  journal.append('first', true)
  expect(told()).toEqual(['first'])
  // A line that need not be durable is not waited for.
  journal.append('second')
  expect(told()).toEqual(['first'])
  journal.append('third', true)
  expect(told()).toEqual(['first', 'second', 'third'])
  journal.append('fourth')
  journal.close()
  expect(told()).toEqual(['first', 'second', 'third', 'fourth'])
})
