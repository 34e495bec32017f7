import type * as FileSystem from 'node:fs'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { digest } from '../values/digest.ts'
import { float32 } from '../values/host-tensor.ts'
import { linkIfFree, syncFolder, writeDurably } from './durable.ts'
import { openJournal, openStore, readJournal } from './index.ts'

/** What the system refuses, by operation: with which error. And which files are open. */
const system = vi.hoisted(() => {
  const refused: Partial<Record<'link' | 'fsync' | 'openFolder' | 'write', string | undefined>> = {}
  return { refused, open: new Set<number>() }
})
vi.mock('node:fs', async (original) => {
  const real = await original<typeof FileSystem>()
  const refuse = (operation: keyof typeof system.refused) => {
    const code = system.refused[operation]
    if (code !== undefined) throw Object.assign(new Error(`${code}: refused`), { code })
  }
  const openSync: typeof real.openSync = (path, ...rest) => {
    if (rest[0] === 'r') refuse('openFolder')
    const descriptor = real.openSync(path, ...rest)
    system.open.add(descriptor)
    return descriptor
  }
  const closeSync: typeof real.closeSync = (descriptor) => {
    system.open.delete(descriptor)
    real.closeSync(descriptor)
  }
  const linkSync: typeof real.linkSync = (from, to) => {
    refuse('link')
    real.linkSync(from, to)
  }
  const fsyncSync: typeof real.fsyncSync = (descriptor) => {
    refuse('fsync')
    real.fsyncSync(descriptor)
  }
  // One byte at a time, as the system may.
  const writeSync = ((descriptor: number, bytes: Uint8Array, offset: number) => {
    if (offset > 1) refuse('write')
    return real.writeSync(descriptor, bytes, offset, 1)
  }) as typeof real.writeSync
  const readSync = ((descriptor: number, bytes: Uint8Array, offset?: number, length?: number, at?: number) =>
    length === undefined
      ? real.readSync(descriptor, bytes)
      : real.readSync(
          descriptor,
          bytes,
          offset ?? 0,
          Math.min(length, 1),
          at ?? null,
        )) as typeof real.readSync
  return { ...real, openSync, closeSync, linkSync, fsyncSync, writeSync, readSync }
})

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'links-'))))
afterEach(() => {
  system.refused = {}
  rmSync(folder, { recursive: true })
})

// As Linux, macOS and Windows tell it of file systems without hard links.
describe.each([undefined, 'EPERM', 'ENOTSUP', 'ENOSYS', 'EISDIR'])('links are refused with %s', (refusal) => {
  beforeEach(() => void (system.refused = { link: refusal }))

  test.each([
    ['a file', (to: string) => writeFileSync(to, 'first')],
    ['a folder', (to: string) => mkdirSync(to)],
    ['a link that leads nowhere', (to: string) => symlinkSync('nowhere', to)],
  ])('a name that %s has is not taken', (_, put) => {
    const [from, to] = [join(folder, 'from'), join(folder, 'to')]
    writeFileSync(from, 'second')
    put(to)
    expect(linkIfFree(from, to)).toBe(false)
    rmSync(to, { recursive: true, force: true })
    expect(linkIfFree(from, to)).toBe(true)
    expect(readFileSync(to, 'utf8')).toBe('second')
  })

  test('the first artifact of a key stays', async () => {
    const provenance = { document: {}, label: 'a unit', seconds: 1, created: '2026-01-01' }
    const [store, key] = [openStore(join(folder, 'store')), digest('a key')]
    const publish = (loss: number) => store.publish(key, { facts: { loss }, tensors: {} }, provenance)
    expect([await publish(1), await publish(1), await publish(2)]).toEqual([
      'committed',
      'duplicate',
      'conflict',
    ])
    expect(await store.facts(key)).toEqual({ loss: 1 })
  })

  test('what else is wrong is thrown', () => {
    expect(() => linkIfFree(join(folder, 'missing'), join(folder, 'to'))).toThrow('ENOENT')
  })
})

describe('folders that the system cannot sync', () => {
  test.each(['EPERM', 'EISDIR', 'EINVAL', 'ENOTSUP'])(
    '%s is no error, when opened or when synced',
    (code) => {
      system.refused = { openFolder: code }
      syncFolder(folder)
      system.refused = { fsync: code }
      syncFolder(folder)
      expect([...system.open]).toEqual([])
    },
  )

  test.each(['EIO', 'ENOSPC'])('%s is one', (code) => {
    system.refused = { openFolder: code }
    expect(() => syncFolder(folder)).toThrow(code)
    system.refused = { fsync: code }
    expect(() => syncFolder(folder)).toThrow(code)
    expect([...system.open]).toEqual([])
  })
})

test('a file is written to its end, in however many pieces, and closed where it cannot be', () => {
  writeDurably(join(folder, 'a'), 'größe ', Uint8Array.of(0x61, 0x62), '')
  expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('größe ab')
  system.refused = { write: 'ENOSPC' }
  expect(() => writeDurably(join(folder, 'b'), 'text')).toThrow('ENOSPC')
  expect(() => writeDurably(join(folder, 'a'), 'text')).toThrow('EEXIST')
  expect([...system.open]).toEqual([])
})

test('a line that cannot be written to its end leaves the journal as it was', () => {
  const journal = openJournal<string>(join(folder, 'store'), 'run')
  journal.append('first')
  system.refused = { write: 'ENOSPC' }
  expect(() => journal.append('second')).toThrow(/^Cannot write the journal .*: the disk is full \(ENOSPC\)/)
  system.refused = {}
  journal.append('third')
  journal.close()
  const { entries, note } = readJournal<string>(join(folder, 'store'), 'run')
  expect(entries.map(({ event }) => event)).toEqual(['first', 'third'])
  expect(note).toBeUndefined()
})

test('a header is read to its end, in however many pieces, and no more of the file than that', async () => {
  const [store, key] = [openStore(join(folder, 'store')), digest('a key')]
  const provenance = { document: { seed: 1 }, label: 'größe', seconds: 1, created: '2026-01-01' }
  await store.publish(key, { facts: { loss: 0.5 }, tensors: { w: float32([3], [1, 2, 3]) } }, provenance)
  expect(await store.facts(key)).toEqual({ loss: 0.5 })
  expect(await store.provenance(key)).toEqual(provenance)
})
