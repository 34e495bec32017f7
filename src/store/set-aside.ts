import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Digest } from '../values/digest.ts'
import { errorCode } from './disk-problem.ts'
import { makeFolder } from './durable.ts'

/**
 * Moves what is at a path, whatever it is, to a new folder of the quarantine, and tells its name there; undefined where
 * another process took it away first. Nothing reads it again, so that a power cut may take it.
 */
export function setAside(path: string, quarantine: string, key: Digest, name: string): string | undefined {
  makeFolder(quarantine)
  for (let n = 1; ; n++) {
    const folder = join(quarantine, `${key}.${n}`)
    try {
      mkdirSync(folder)
    } catch (error) {
      if (errorCode(error) === 'EEXIST') continue
      throw error
    }
    try {
      renameSync(path, join(folder, name))
    } catch (error) {
      rmSync(folder, { recursive: true })
      if (errorCode(error) === 'ENOENT') return undefined
      throw error
    }
    return join(folder, name)
  }
}
