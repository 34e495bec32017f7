import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { errorCode } from './disk-problem.ts'

const MINUTE = 60 * 1000
const DAY = 24 * 60 * MINUTE

const PARTIAL = '.partial'

/** A new name of this process's own, which tells host and process. */
function temporaryName(): string {
  return `${process.pid}.${randomBytes(6).toString('hex')}.${hostname()}`
}

/** A name for a file that is being written beside where it is going to be; `removePartials` finds it. */
export function partialName(): string {
  return `.${temporaryName()}${PARTIAL}`
}

/** Removes files, at any depth of a folder, that somebody began to write under a `partialName` and never finished. */
export function removePartials(folder: string): void {
  if (namesIn(folder).length === 0) return
  for (const found of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (found.isFile() && found.name.endsWith(PARTIAL))
      removeIfStale(join(found.parentPath, found.name), found.name.slice(0, -PARTIAL.length))
}

/** A new folder of this process's own inside `parent`. */
export function makeTemporary(parent: string): string {
  const folder = join(parent, temporaryName())
  mkdirSync(folder)
  return folder
}

/**
 * Removes temporary folders that nobody writes to any more, writing an artifact taking seconds: those of dead processes
 * of this host that are older than a minute (a process of a container on this host may only seem dead), and those of any
 * host that are older than a day. What cannot be removed is left for another time.
 */
export function removeStale(parent: string): void {
  for (const name of namesIn(parent)) removeIfStale(join(parent, name), name)
}

function removeIfStale(path: string, name: string): void {
  const [, pid, host] = /^\.?(\d+)\.[0-9a-f]+\.(.*)$/.exec(name) ?? []
  const dead = host === hostname() && !isAlive(Number(pid))
  try {
    const age = Date.now() - statSync(path).mtimeMs
    if (age > (dead ? MINUTE : DAY)) rmSync(path, { recursive: true, force: true })
  } catch (error) {
    if (errorCode(error) === undefined) throw error
  }
}

/** The names in a folder, sorted; none where there is no such folder, or a file in its place. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort()
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) return []
    throw error
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errorCode(error) !== 'ESRCH'
  }
}
