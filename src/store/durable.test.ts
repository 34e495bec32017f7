import type * as FileSystem from 'node:fs'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { digest } from '../values/digest.ts'
import { linkIfFree } from './durable.ts'
import { openStore } from './index.ts'

const links = vi.hoisted(() => ({ refusal: undefined as string | undefined }))
vi.mock('node:fs', async (original) => {
  const real = await original<typeof FileSystem>()
  const linkSync: typeof real.linkSync = (from, to) => {
    if (links.refusal === undefined) {
      real.linkSync(from, to)
      return
    }
    throw Object.assign(new Error(`${links.refusal}: there are no links`), { code: links.refusal })
  }
  return { ...real, linkSync }
})

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'links-'))))
afterEach(() => {
  links.refusal = undefined
  rmSync(folder, { recursive: true })
})

// As Linux, macOS and Windows tell it of file systems without hard links.
describe.each([undefined, 'EPERM', 'ENOTSUP', 'ENOSYS', 'EISDIR'])('links are refused with %s', (refusal) => {
  beforeEach(() => void (links.refusal = refusal))

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
