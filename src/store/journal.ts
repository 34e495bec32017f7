import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readSync,
  rmSync,
} from 'node:fs'
import { join } from 'node:path'
import { digest } from '../values/digest.ts'
import { whyNoFileName } from '../values/file-name.ts'
import { Problem } from '../values/problem.ts'
import { diskProblem, errorCode, onDisk } from './disk-problem.ts'
import { makeFolder, syncFolder, writeAll } from './durable.ts'
import { readFile } from './read-file.ts'
import { namesIn } from './temporary.ts'

const ENDING = '.ndjson'
const SUM_LENGTH = 16

/** One line of a journal. */
export interface JournalEntry<E> {
  /** When it was written, ISO 8601. */
  readonly at: string
  readonly event: E
}

/** The record of one run, written while it happens. `E` must survive a round trip through JSON. */
export interface Journal<E> {
  readonly file: string
  /** Adds a line; `durably`: it is on the disk when this returns. Throws a `Problem` of kind `infrastructure`. */
  append(event: E, durably?: boolean): void
  /** Makes everything durable and closes the file. Appending afterwards is an error. */
  close(): void
}

/** What could be read of a journal; `note` says where and why reading stopped before the end. */
export interface JournalReading<E> {
  readonly entries: readonly JournalEntry<E>[]
  readonly note?: string
}

/** Begins the journal of a new run in the store at `root`. Throws a `Problem` of kind `infrastructure` if it exists or cannot be written. */
export function openJournal<E>(root: string, runId: string): Journal<E> {
  const file = fileOf(root, runId)
  const descriptor = onDisk('begin the journal', file, () => {
    makeFolder(join(root, 'runs'))
    return openNew(file)
  })
  onDisk('begin the journal', file, () => syncFolder(join(root, 'runs')))
  return {
    file,
    append(event, durably = false) {
      const { size } = fstatSync(descriptor)
      try {
        writeAll(descriptor, lineOf({ at: new Date().toISOString(), event }))
        if (durably) fdatasyncSync(descriptor)
      } catch (error) {
        // half a line would hide every later one from readers
        ftruncateSync(descriptor, size)
        throw diskProblem(error, 'write the journal', file)
      }
    },
    close() {
      onDisk('write the journal', file, () => {
        fdatasyncSync(descriptor)
        closeSync(descriptor)
      })
    },
  }
}

/**
 * Reads a run's journal up to its end or to the first line that is torn or corrupt; `E` is trusted, as the checksums
 * say that the lines are as they were written. One that is not there, or has just been removed, has no entries.
 */
export function readJournal<E>(root: string, runId: string): JournalReading<E> {
  const file = fileOf(root, runId)
  const lines = (onDisk('read the journal', file, () => readFile(file))?.toString('utf8') ?? '').split('\n')
  const tail = lines.pop()
  const entries: JournalEntry<E>[] = []
  for (const line of lines) {
    const entry = readLine<E>(line)
    if (entry === undefined) {
      const ignored = lines.length - entries.length
      const what = ignored === 1 ? 'it was ignored' : `it and ${ignored - 1} after it were ignored`
      return { entries, note: `Line ${entries.length + 1} of ${file} is corrupt; ${what}.` }
    }
    entries.push(entry)
  }
  if (tail === '') return { entries }
  return { entries, note: `The last line of ${file} was not written to its end; it was ignored.` }
}

/**
 * A run's first entry, whatever the size of the journal; undefined where it is torn or corrupt, or there is no journal.
 */
export function readBeginning<E>(root: string, runId: string): JournalEntry<E> | undefined {
  const file = fileOf(root, runId)
  const line = onDisk('read the journal', file, () => (isFile(file) ? firstLine(file) : undefined))
  return line === undefined ? undefined : readLine(line)
}

/** How large a run's journal is, and when it was last written to. Undefined where there is none. */
export function journalSize(root: string, runId: string): { bytes: number; modified: Date } | undefined {
  const file = fileOf(root, runId)
  const found = onDisk('read the journal', file, () => lstatSync(file, { throwIfNoEntry: false }))
  return found === undefined ? undefined : { bytes: found.size, modified: found.mtime }
}

/** Removes a run's journal, if it is there. What the run computed stays. */
export function removeJournal(root: string, runId: string): void {
  const file = fileOf(root, runId)
  onDisk('remove the journal', file, () => rmSync(file, { force: true }))
}

/** Identifiers of the runs that have a journal, sorted by name. */
export function listRuns(root: string): readonly string[] {
  const folder = join(root, 'runs')
  return onDisk('list the runs in', folder, () => namesIn(folder))
    .filter((name) => name.endsWith(ENDING) && isFile(join(folder, name)))
    .map((name) => name.slice(0, -ENDING.length))
}

function isFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true
}

function fileOf(root: string, runId: string): string {
  const why = whyNoFileName(runId)
  if (why !== undefined) throw new Error(`${JSON.stringify(runId)} cannot be a run: ${why}`)
  return join(root, 'runs', `${runId}${ENDING}`)
}

const PIECE = 2 ** 16

/** Undefined where the file ends before the line does. */
function firstLine(file: string): string | undefined {
  const descriptor = openSync(file, 'r')
  try {
    const pieces: Buffer[] = []
    for (;;) {
      const piece = Buffer.alloc(PIECE)
      const length = readSync(descriptor, piece)
      if (length === 0) return undefined
      const end = piece.subarray(0, length).indexOf('\n')
      pieces.push(piece.subarray(0, end === -1 ? length : end))
      if (end !== -1) return Buffer.concat(pieces).toString('utf8')
    }
  } finally {
    closeSync(descriptor)
  }
}

function openNew(file: string): number {
  try {
    return openSync(file, 'ax')
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
    throw new Problem('infrastructure', `There is a journal ${file} already.`, {
      hint: 'Every run needs an identifier of its own.',
    })
  }
}

/** The entry as JSON, its last member being a checksum of the members before. */
function lineOf<E>(entry: JournalEntry<E>): string {
  const body = JSON.stringify(entry).slice(0, -1)
  return `${body},"sum":"${checksum(body)}"}\n`
}

function readLine<E>(line: string): JournalEntry<E> | undefined {
  const [, body, sum] = /^(.*),"sum":"([0-9a-f]+)"\}$/s.exec(line) ?? []
  if (body === undefined || sum !== checksum(body)) return undefined
  return JSON.parse(`${body}}`) as JournalEntry<E>
}

function checksum(body: string): string {
  return digest(body).slice(0, SUM_LENGTH)
}
