import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Problem } from '../values/problem.ts'
import { journalSize, removeJournal } from './journal.ts'
import { listRuns, openJournal, readBeginning, readJournal } from './index.ts'

interface Happening {
  readonly type: string
  readonly text?: string
}

let root: string
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'journal-'))))
afterEach(() => rmSync(root, { recursive: true }))

const happenings: readonly Happening[] = [
  { type: 'started' },
  { type: 'failed', text: 'line\nbreak, "quotes", ,"sum":"00"} and größe' },
  { type: 'finished' },
]

function written(): string {
  const journal = openJournal<Happening>(root, 'run-1')
  happenings.forEach((happening, i) => journal.append(happening, i === 1))
  journal.close()
  return journal.file
}

const events = () => readJournal<Happening>(root, 'run-1').entries.map(({ event }) => event)
const note = () => readJournal(root, 'run-1').note

test('what is written is read back, with times', () => {
  const file = written()
  expect(file).toBe(join(root, 'runs', 'run-1.ndjson'))
  expect(events()).toEqual(happenings)
  expect(note()).toBeUndefined()
  for (const { at } of readJournal(root, 'run-1').entries) expect(new Date(at).toISOString()).toBe(at)
})

test('the beginning is read alone, however long it and what follows are', () => {
  const beginning = { type: 'started', text: 'größe'.repeat(50_000) }
  const journal = openJournal<Happening>(root, 'run-1')
  journal.append(beginning)
  journal.append({ type: 'finished' })
  journal.close()
  appendFileSync(journal.file, 'torn')
  expect(readBeginning(root, 'run-1')?.event).toEqual(beginning)
  writeFileSync(journal.file, readFileSync(journal.file).subarray(0, 100_000))
  expect(readBeginning(root, 'run-1')).toBeUndefined()
  expect(readBeginning(root, 'run-9')).toBeUndefined()
})

test('every line is JSON of its own', () => {
  const lines = readFileSync(written(), 'utf8').trimEnd().split('\n')
  expect(lines.map((line) => (JSON.parse(line) as { event: Happening }).event)).toEqual(happenings)
})

test('it can be read while it is written', () => {
  const journal = openJournal<Happening>(root, 'run-1')
  journal.append({ type: 'started' })
  expect(events()).toEqual([{ type: 'started' }])
  journal.close()
})

test('wherever the last line is torn, the lines before it are read and the reader is told', () => {
  const file = written()
  const whole = readFileSync(file)
  const lastLine = whole.lastIndexOf('\n', -2) + 1
  for (let length = lastLine + 1; length < whole.length; length++) {
    writeFileSync(file, whole.subarray(0, length))
    expect(events()).toEqual(happenings.slice(0, 2))
    expect(note()).toMatch(/last line of .* was not written to its end/)
  }
})

test('reading stops at a changed line', () => {
  const file = written()
  writeFileSync(file, readFileSync(file, 'utf8').replace('failed', 'passed'))
  expect(events()).toEqual(happenings.slice(0, 1))
  expect(note()).toMatch(/Line 2 of .* is corrupt; it and 1 after it were ignored/)
})

test('a last line of garbage is ignored', () => {
  appendFileSync(written(), '\0\0\0\0\n')
  expect(events()).toEqual(happenings)
  expect(note()).toMatch(/Line 4 of .* is corrupt; it was ignored/)
})

test('every run has a journal of its own', () => {
  written()
  expect(() => openJournal(root, 'run-1')).toThrow(Problem)
  openJournal(root, 'run-0').close()
  writeFileSync(join(root, 'runs', 'notes.txt'), '')
  expect(listRuns(root)).toEqual(['run-0', 'run-1'])
})

test('where there is no store there are no runs', () => {
  expect(listRuns(join(root, 'none'))).toEqual([])
  expect(readJournal(root, 'run-9')).toEqual({ entries: [] })
})

test('a journal that cannot be begun is a problem of the machine', () => {
  mkdirSync(join(root, 'x'))
  writeFileSync(join(root, 'x', 'runs'), 'a file')
  expect(() => openJournal(join(root, 'x'), 'run-1')).toThrow(/Cannot begin the journal .*ENOTDIR|EEXIST/)
})

test('its size and the time of its last line are told; it can be removed, also twice', () => {
  const before = Date.now()
  const file = written()
  const size = journalSize(root, 'run-1')
  expect(size?.bytes).toBe(readFileSync(file).length)
  expect(Math.abs((size?.modified.getTime() ?? 0) - before)).toBeLessThan(60_000)
  removeJournal(root, 'run-1')
  removeJournal(root, 'run-1')
  expect(journalSize(root, 'run-1')).toBeUndefined()
  expect(listRuns(root)).toEqual([])
})

test.each(['', '..', '../run', 'a/b'])('%j is no run', (runId) => {
  for (const use of [openJournal, readJournal, readBeginning, journalSize, removeJournal])
    expect(() => use(root, runId)).toThrow(`${JSON.stringify(runId)} cannot be a run: it`)
})

test('a line ends with a checksum of 16 digits, and with nothing behind it', () => {
  const file = written()
  const [first = ''] = readFileSync(file, 'utf8').split('\n')
  expect(first).toMatch(/,"sum":"[0-9a-f]{16}"\}$/)
  for (const other of [`${first} `, `x${first}`, first.replace(/}$/, '')]) {
    writeFileSync(file, `${other}\n`)
    expect(events()).toEqual([])
    expect(readBeginning(root, 'run-1')).toBeUndefined()
  }
})

test('a second journal of one run is refused with its file and what to do', () => {
  const file = written()
  expect(() => openJournal(root, 'run-1')).toThrow(
    expect.objectContaining({
      kind: 'infrastructure',
      message: `There is a journal ${file} already.`,
      hint: 'Every run needs an identifier of its own.',
    }),
  )
})
