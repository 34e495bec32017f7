import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { digest } from '../values/digest.ts'
import { writeCellFiles, type CellFiles } from './cell-files.ts'
import { fileBelow, removeBelow } from './file-below.ts'
import { writeReport } from './write-report.ts'

let base: string
let folder: string
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'below-'))
  folder = join(base, 'reports', 'networks')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(base, 'precious.txt'), 'precious')
})
afterEach(() => rmSync(base, { recursive: true }))

const cell: CellFiles = {
  cell: 'snip',
  identity: digest('snip'),
  make: () => Promise.resolve([{ name: 'snip/events', bytes: Buffer.from('events') }]),
}

test.each(['../../precious.txt', '/etc/x', 'a/../../../precious.txt', '..\\..\\precious.txt', '.', ''])(
  'contents.json cannot make %j be removed',
  async (name) => {
    const contents = (files: readonly string[]) =>
      writeFileSync(
        join(folder, 'contents.json'),
        JSON.stringify({
          schema: 'prune-bench/files@1',
          cells: { old: { identity: 'x', files: files.map((one) => ({ name: one, bytes: 1 })) } },
        }),
      )
    contents([name])
    await writeCellFiles(folder, [cell], new Map([['snip', cell.identity]]))
    expect(readFileSync(join(base, 'precious.txt'), 'utf8')).toBe('precious')
    expect(readFileSync(join(folder, 'snip', 'events'), 'utf8')).toBe('events')
    // What it may name is removed.
    writeFileSync(join(folder, 'old.onnx'), 'x')
    contents(['old.onnx'])
    await writeCellFiles(folder, [cell], new Map([['snip', cell.identity]]))
    expect(existsSync(join(folder, 'old.onnx'))).toBe(false)
  },
)

test('neither writing nor removing follows a symbolic link out of the folder', async () => {
  symlinkSync(base, join(folder, 'snip'))
  removeBelow(folder, 'snip/precious.txt')
  expect(existsSync(join(base, 'precious.txt'))).toBe(true)
  expect(() => fileBelow(folder, 'snip/precious.txt')).toThrow(/snip is a symbolic link/)
  await expect(writeCellFiles(folder, [cell], new Map([['snip', cell.identity]]))).rejects.toThrow(
    /is a symbolic link/,
  )
  expect(readdirSync(base).sort()).toEqual(['precious.txt', 'reports'])
})

test('a folder is never removed as if it were a file', () => {
  mkdirSync(join(folder, 'kept'))
  removeBelow(folder, 'kept')
  expect(existsSync(join(folder, 'kept'))).toBe(true)
  expect(relative(folder, fileBelow(folder, 'kept/a.svg'))).toBe(join('kept', 'a.svg'))
})

test('partial files of processes that were killed go; those of a living one stay', async () => {
  const dead = `.${2 ** 30}.abc.${hostname()}.partial`
  const alive = `.${process.pid}.abc.${hostname()}.partial`
  const old = 'results.json.1234.partial'
  mkdirSync(join(folder, 'cell'))
  for (const name of [dead, alive, old, `cell/${dead}`]) {
    writeFileSync(join(folder, name), 'half')
    utimesSync(join(folder, name), new Date(0), Date.now() / 1000 - (name === old ? 2 * 86_400 : 3600))
  }
  await writeCellFiles(folder, [], new Map())
  expect(readdirSync(folder, { recursive: true }).sort()).toEqual([alive, 'cell'].sort())
})

test('a file that cannot be put into its place leaves nothing beside it', () => {
  mkdirSync(join(folder, 'report.md', 'full'), { recursive: true })
  expect(() => writeReport(join(folder, 'report.md'), 'text')).toThrow(/report.md cannot be written/)
  expect(readdirSync(folder)).toEqual(['report.md'])
})
