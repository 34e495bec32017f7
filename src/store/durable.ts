import { closeSync, fsyncSync, linkSync, lstatSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolders } from '../values/make-folders.ts'
import { errorCode } from './disk-problem.ts'

/** Writes a new file whose content is on the disk, not only in memory, when this returns. */
export function writeDurably(path: string, ...pieces: readonly (Uint8Array | string)[]): void {
  const file = openSync(path, 'wx')
  try {
    for (const piece of pieces) writeAll(file, piece)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Writes all bytes to an open file, however many pieces the system makes of them. */
export function writeAll(file: number, content: Uint8Array | string): void {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  let written = 0
  while (written < bytes.length) written += writeSync(file, bytes, written)
}

/** Makes a folder and its parents; each new one's name is on the disk when this returns. */
export function makeFolder(path: string): void {
  const first = makeFolders(path)
  if (first === undefined) return
  for (let made = path; made.length >= first.length; made = dirname(made)) syncFolder(dirname(made))
}

/** Makes renames and new names in a folder durable, where the system can do that. */
export function syncFolder(path: string): void {
  let folder: number
  try {
    folder = openSync(path, 'r')
  } catch (error) {
    if (cannotSyncFolders(error)) return
    throw error
  }
  try {
    fsyncSync(folder)
  } catch (error) {
    if (!cannotSyncFolders(error)) throw error
  } finally {
    closeSync(folder)
  }
}

/**
 * Gives a file a free name, beside the one it has or in its place. False where something has that name already, whatever it is.
 *
 * A hard link is made, as a rename would take the place of another file. Where there are no hard links (FAT, some network
 * file systems) it is renamed after a look. Then, of two processes that do this in the same instant, the last one stays: each
 * file is whole, and where their contents are the same, as those of one key are, nobody can tell.
 */
export function linkIfFree(from: string, to: string): boolean {
  try {
    linkSync(from, to)
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    // Systems tell in many ways that there are no links; what else is wrong the rename tells as well.
    if (lstatSync(to, { throwIfNoEntry: false }) !== undefined) return false
    renameSync(from, to)
  }
  syncFolder(dirname(to))
  return true
}

/** Moves a file to a name, which it takes from the file that had it. */
export function replaceFile(from: string, to: string): void {
  renameSync(from, to)
  syncFolder(dirname(to))
}

// Windows cannot open folders, and some network file systems cannot sync them; renames are still atomic there.
function cannotSyncFolders(error: unknown): boolean {
  return ['EPERM', 'EISDIR', 'EINVAL', 'ENOTSUP'].includes(errorCode(error) ?? '')
}
