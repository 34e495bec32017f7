import { randomBytes } from 'node:crypto'
import { readdirSync, rmSync, statSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'

const MINUTE = 60 * 1000
const DAY = 24 * 60 * MINUTE

const PARTIAL = '.partial'

/** A new name of this process's own, which tells host and process. */
export function temporaryName(): string {
  return `${process.pid}.${randomBytes(6).toString('hex')}.${hostname()}`
}

/** A name for a file that is being written beside where it is going to be; `removePartials` finds it. */
export function partialName(): string {
  return `.${temporaryName()}${PARTIAL}`
}

/** Removes files, at any depth of a folder, that somebody began to write under a `partialName` and never finished. */
export function removePartials(folder: string): void {
  try {
    for (const found of readdirSync(folder, { recursive: true, withFileTypes: true }))
      if (found.isFile() && found.name.endsWith(PARTIAL))
        removeIfStale(join(found.parentPath, found.name), found.name.slice(0, -PARTIAL.length))
  } catch (error) {
    // There is no such folder, or one in it is gone meanwhile.
    if (!['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '')) throw error
  }
}

/**
 * Removes what nobody writes to any more, of a `temporaryName`: what is older than a minute and of a dead process of this host
 * (one of a container on this host may only seem dead), and what is older than a day. What cannot be removed stays.
 */
export function removeIfStale(path: string, name: string): void {
  const [, pid, host] = /^\.?(\d+)\.[0-9a-f]+\.(.*)$/.exec(name) ?? []
  const dead = host === hostname() && !isAlive(Number(pid))
  try {
    const age = Date.now() - statSync(path).mtimeMs
    if (age > (dead ? MINUTE : DAY)) rmSync(path, { recursive: true, force: true })
  } catch (error) {
    if (codeOf(error) === undefined) throw error
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) !== 'ESRCH'
  }
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code
