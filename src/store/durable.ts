import { closeSync, fsyncSync, lstatSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolders } from '../values/make-folders.ts'
import { errorCode } from './disk-problem.ts'

/** Writes a new file whose content is on the disk, not only in memory, when this returns. */
export function writeDurably(path: string, content: Uint8Array | string): void {
  const file = openSync(path, 'wx')
  try {
    writeAll(file, content)
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

/** Moves a folder to a free name in one step. False where something is there already, whatever it is. */
export function moveIfFree(from: string, to: string): boolean {
  try {
    renameSync(from, to)
  } catch (error) {
    const code = errorCode(error)
    const taken =
      ['ENOTEMPTY', 'EEXIST', 'EISDIR'].includes(code ?? '') ||
      (code === 'ENOTDIR' && lstatSync(to, { throwIfNoEntry: false }) !== undefined) ||
      (code === 'EPERM' && onWindows)
    if (taken) return false
    throw error
  }
  syncFolder(dirname(to))
  return true
}

const onWindows = process.platform === 'win32'

// Windows cannot open folders, and some network file systems cannot sync them; renames are still atomic there.
function cannotSyncFolders(error: unknown): boolean {
  return ['EPERM', 'EISDIR', 'EINVAL', 'ENOTSUP'].includes(errorCode(error) ?? '')
}
