import { readFileSync, statSync } from 'node:fs'
import { BadFile } from './bad-file.ts'
import { errorCode } from './disk-problem.ts'

/**
 * A file's bytes; undefined where there is none. Throws `BadFile` where something else is in its place: a folder, a link
 * that leads to itself, a pipe (which is not waited for), or a file in place of the folder that it should be in.
 */
export function readFile(file: string): Buffer | undefined {
  try {
    if (!statSync(file).isFile()) throw new BadFile(file, 'a file', 'something else')
    return readFileSync(file)
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT') return undefined
    if (code === 'ELOOP' || code === 'ENOTDIR') throw new BadFile(file, 'a file', code, error)
    throw error
  }
}
