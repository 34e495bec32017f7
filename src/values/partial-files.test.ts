import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { partialName, removeIfStale, removePartials, temporaryName } from './partial-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'partial-files-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const MINUTE = 60
const DAY = 24 * 60 * MINUTE

/** A process of this host that is no more. */
const dead = spawnSync(process.execPath, ['--version']).pid
const here = hostname()

/** Whether a file that was written some seconds ago is still there after its folder was cleared. */
function stays(name: string, age: number, clear: (path: string, name: string) => void): boolean {
  const path = join(folder, name)
  writeFileSync(path, '')
  const then = Date.now() / 1000 - age
  utimesSync(path, then, then)
  clear(path, name)
  return existsSync(path)
}

test('names tell the process and the host, and no two are alike', () => {
  const [one, other] = [temporaryName(), temporaryName()]
  expect(one).not.toBe(other)
  expect(one).toMatch(/^\d+\.[0-9a-f]{12}\./)
  expect(one.startsWith(`${process.pid}.`) && one.endsWith(`.${here}`)).toBe(true)
  expect(partialName()).toMatch(/^\..*\.partial$/)
})

test.each([
  ['a dead process of this host, over a minute ago', `${dead}.ab12.${here}`, MINUTE + 5, false],
  ['a dead process of this host, within a minute', `${dead}.ab12.${here}`, MINUTE - 5, true],
  ['a process that lives, over a minute ago', `${process.pid}.ab12.${here}`, MINUTE + 5, true],
  ['a process that lives, over a day ago', `${process.pid}.ab12.${here}`, DAY + 5, false],
  ['a process that may not be told anything, over a minute ago', `1.ab12.${here}`, MINUTE + 5, true],
  ['a process of another host, over a minute ago', `${dead}.ab12.elsewhere`, MINUTE + 5, true],
  ['a process of another host, within a day', `${dead}.ab12.elsewhere`, DAY - 5, true],
  ['a process of another host, over a day ago', `${dead}.ab12.elsewhere`, DAY + 5, false],
  ['a host of several names', `${dead}.ab12.${here}.elsewhere`, MINUTE + 5, true],
  ['something with another name', `x${dead}.ab12.${here}`, MINUTE + 5, true],
  ['something with no random part', `${dead}..${here}`, MINUTE + 5, true],
])('what is left of %s', (_, name, age, expected) => {
  expect(stays(name, age, removeIfStale)).toBe(expected)
  expect(stays(`.${name}.partial`, age, () => removePartials(folder))).toBe(expected)
})

test('a folder that was left goes with all that is in it', () => {
  const left = join(folder, 'left')
  mkdirSync(left)
  writeFileSync(join(left, 'a'), '')
  utimesSync(left, 0, 0)
  removeIfStale(left, `${dead}.ab12.${here}`)
  expect(existsSync(left)).toBe(false)
})

test('only files of such a name go, at any depth; folders do not', () => {
  const deep = join(folder, 'a', 'b')
  const named = join(folder, 'a', `.${dead}.ab12.${here}.partial`)
  mkdirSync(deep, { recursive: true })
  mkdirSync(named)
  const [partial, other] = ['partial', 'json'].map((end) => join(deep, `.${dead}.ab12.${here}.${end}`))
  for (const path of [partial, other] as string[]) writeFileSync(path, '')
  for (const path of [partial, other, named] as string[]) utimesSync(path, 0, 0)
  removePartials(folder)
  expect([partial, other, named].map((path) => existsSync(path as string))).toEqual([false, true, true])
})

test('what is not there is no error', () => {
  removePartials(join(folder, 'nowhere'))
  const file = join(folder, 'file')
  writeFileSync(file, '')
  removePartials(file)
  removeIfStale(join(folder, 'nowhere'), `${dead}.ab12.${here}`)
})

// Root may read every folder.
test.skipIf(process.getuid?.() === 0)('a folder that cannot be read is one', () => {
  const closed = join(folder, 'closed')
  mkdirSync(closed)
  chmodSync(closed, 0)
  expect(() => removePartials(closed)).toThrow(/EACCES/)
})
