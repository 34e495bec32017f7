import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { errorCode } from './disk-problem.ts'

const MINUTE = 60 * 1000
const DAY = 24 * 60 * MINUTE

/** A new folder of this process's own inside `parent`; its name tells host and process. */
export function makeTemporary(parent: string): string {
  const folder = join(parent, `${process.pid}.${randomBytes(6).toString('hex')}.${hostname()}`)
  mkdirSync(folder)
  return folder
}

/**
 * Removes temporary folders that nobody writes to any more, writing an artifact taking seconds: those of dead processes
 * of this host that are older than a minute (a process of a container on this host may only seem dead), and those of any
 * host that are older than a day. What cannot be removed is left for another time.
 */
export function removeStale(parent: string): void {
  for (const name of namesIn(parent)) {
    const folder = join(parent, name)
    const [, pid, host] = /^(\d+)\.[0-9a-f]+\.(.*)$/.exec(name) ?? []
    const dead = host === hostname() && !isAlive(Number(pid))
    try {
      const age = Date.now() - statSync(folder).mtimeMs
      if (age > (dead ? MINUTE : DAY)) rmSync(folder, { recursive: true, force: true })
    } catch (error) {
      if (errorCode(error) === undefined) throw error
    }
  }
}

/** The names in a folder, sorted; none where there is no such folder. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort()
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return []
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
