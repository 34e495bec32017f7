import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { digest } from '../values/digest.ts'
import { setAside } from './set-aside.ts'

let root: string
let quarantine: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'set-aside-'))
  quarantine = join(root, 'quarantine')
})
afterEach(() => rmSync(root, { recursive: true }))

const key = digest('a key')

test('what has the same key goes to folders that count from 1', () => {
  for (const n of [1, 2, 3]) {
    const file = join(root, 'file')
    writeFileSync(file, `content ${n}`)
    const moved = setAside(file, quarantine, key, 'artifact')
    expect(moved).toBe(join(quarantine, `${key}.${n}`, 'artifact'))
    expect(readFileSync(moved ?? '', 'utf8')).toBe(`content ${n}`)
    expect(existsSync(file)).toBe(false)
  }
})

test('where another process took it away first, nothing is told and nothing is left', () => {
  expect(setAside(join(root, 'gone'), quarantine, key, 'artifact')).toBeUndefined()
  expect(readdirSync(quarantine)).toEqual([])
})

test('what cannot be moved is thrown, and leaves no folder', () => {
  expect(() => setAside(quarantine, quarantine, key, 'artifact')).toThrow(/EINVAL/)
  expect(readdirSync(quarantine)).toEqual([])
  writeFileSync(join(root, 'file'), '')
  expect(() => setAside(join(root, 'x'), join(root, 'file'), key, 'artifact')).toThrow(/ENOTDIR|EEXIST/)
})
