import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { makeFolders } from './make-folders.ts'

const folder = mkdtempSync(join(tmpdir(), 'make-folders-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('a folder and those above it are made, and the first of them is told', () => {
  expect(makeFolders(join(folder, 'a/b/c'))).toBe(join(folder, 'a'))
  expect(statSync(join(folder, 'a/b/c')).isDirectory()).toBe(true)
  expect(makeFolders(join(folder, 'a/b/c'))).toBeUndefined()
  expect(makeFolders(folder)).toBeUndefined()
  expect(makeFolders('/')).toBeUndefined()
})

test('a file in the way is told as such', () => {
  writeFileSync(join(folder, 'file'), '')
  expect(() => makeFolders(join(folder, 'file'))).toThrow(expect.objectContaining({ code: 'EEXIST' }))
  expect(() => makeFolders(join(folder, 'file/b'))).toThrow(expect.objectContaining({ code: 'ENOTDIR' }))
})

test.skipIf(!existsSync('/proc/self'))('where no folder can be made it ends', () => {
  expect(() => makeFolders('/proc/x')).toThrow(expect.objectContaining({ code: 'ENOENT', syscall: 'mkdir' }))
  expect(() => makeFolders('/proc/x/y')).toThrow(expect.objectContaining({ code: 'ENOENT' }))
})

/** Mounting needs root; elsewhere the machine may allow it to whoever makes a name space of his own. */
function readOnly(): string | undefined {
  const at = join(folder, 'read-only')
  makeFolders(at)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', at], { stdio: 'ignore' })
    return at
  } catch {
    return undefined
  }
}

test('a read-only disk is told as such', ({ skip }) => {
  const at = readOnly()
  if (at === undefined) {
    skip('nothing can be mounted here')
    return
  }
  try {
    expect(makeFolders(at)).toBeUndefined()
    expect(() => makeFolders(join(at, 'a/b'))).toThrow(expect.objectContaining({ code: 'EROFS' }))
  } finally {
    execFileSync('umount', [at])
  }
})
