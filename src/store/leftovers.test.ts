import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { leftoverBytes, removeLeftovers } from './leftovers.ts'

let root: string
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'leftovers-'))))
afterEach(() => rmSync(root, { recursive: true }))

function write(bytes: number, ...path: readonly string[]): void {
  const file = join(root, ...path)
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, new Uint8Array(bytes))
}

test('what was set aside and other results for a key are left over, at any depth; nothing else is', () => {
  write(100, 'quarantine', 'a.1', 'artifact')
  write(20, 'quarantine', 'a.2', 'artifact', 'deeper')
  write(3, 'conflicts', 'b')
  write(5000, 'objects', 'ab', 'abc')
  symlinkSync(join(root, 'objects', 'ab', 'abc'), join(root, 'conflicts', 'link'))
  mkdirSync(join(root, 'conflicts', 'empty'))
  expect(leftoverBytes(root)).toBe(123)
  removeLeftovers(root)
  expect(leftoverBytes(root)).toBe(0)
  expect(['quarantine', 'conflicts', 'objects'].map((name) => existsSync(join(root, name)))).toEqual([
    false,
    false,
    true,
  ])
})

test('of one of the two alone, of none, and of a file in the place of one', () => {
  expect(leftoverBytes(root)).toBe(0)
  removeLeftovers(root)
  write(7, 'conflicts', 'b', 'c')
  expect(leftoverBytes(root)).toBe(7)
  write(9, 'quarantine')
  expect(leftoverBytes(root)).toBe(7)
  removeLeftovers(root)
  expect(existsSync(join(root, 'quarantine'))).toBe(false)
})
