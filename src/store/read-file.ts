import { closeSync, fstatSync, lstatSync, openSync, readFileSync, statSync } from 'node:fs'
import { BadFile } from './bad-file.ts'
import { errorCode } from './disk-problem.ts'

/**
 * What `read` makes of an open file and its size; undefined where there is none. Throws `BadFile` where something else is in
 * its place: a folder, a link that leads to itself or nowhere, a pipe (which is not waited for), or a file in place of the
 * folder that it should be in.
 */
export function withFile<T>(file: string, read: (descriptor: number, size: number) => T): T | undefined {
  try {
    if (!statSync(file).isFile()) throw new BadFile(file, 'a file', 'something else')
    const descriptor = openSync(file, 'r')
    try {
      return read(descriptor, fstatSync(descriptor).size)
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT') {
      if (lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return undefined
      throw new BadFile(file, 'a file', 'a link that leads nowhere', error)
    }
    if (code === 'ELOOP' || code === 'ENOTDIR') throw new BadFile(file, 'a file', code, error)
    throw error
  }
}

/** A file's bytes, as `withFile` finds them. */
export function readFile(file: string): Buffer | undefined {
  return withFile(file, (descriptor) => readFileSync(descriptor))
}
