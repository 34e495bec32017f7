import { Problem } from '../values/problem.ts'

/** What an error number of the file system means, or one of a call, and what to do about it. */
const meanings: Readonly<Record<string, readonly [meaning: string, hint: string]>> = {
  ENOSPC: ['the disk is full', 'Free some space on that disk, or choose a store on another one.'],
  EDQUOT: ['your disk quota is used up', 'Free some space, or choose a store on another disk.'],
  EROFS: ['the file system is read-only', 'Choose a store in a folder that can be written to.'],
  EACCES: ['permission denied', "Check the owner and the permissions of the store's folder."],
  EPERM: ['the operation is not permitted', "Check the owner and the permissions of the store's folder."],
  EMFILE: ['this process has too many open files', 'Raise the limit with ulimit -n, or use fewer workers.'],
  ENFILE: ['the machine has too many open files', 'Close other programs, or use fewer workers.'],
  EIO: ['the disk reported an error', 'Check the disk; a store on another one can be used meanwhile.'],
  ENOTDIR: [
    'a part of the path is a file, not a folder',
    'Move that file away, or choose another store folder.',
  ],
  EEXIST: ['a file is where a folder should be', 'Move that file away, or choose another store folder.'],
  ENOENT: ['it is not there any more', 'Was the folder removed meanwhile? Run the same command again.'],
  'mkdir ENOENT': ['no folder can be made there', 'Choose another folder.'],
  EFBIG: [
    'the file would be too large',
    'Raise the limit with ulimit -f, or choose a store on another disk.',
  ],
  ENAMETOOLONG: ['the path is too long', 'Choose a store folder with a shorter path.'],
}

/** The error number's name of a failed file operation, such as `ENOENT`; undefined for anything else. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/**
 * Turns a failed file operation into a `Problem` of kind `infrastructure` that names the path, the meaning of the error
 * and what to do; anything else stays what it is. `doing` completes "Cannot …".
 */
export function diskProblem(error: unknown, doing: string, path: string): unknown {
  const code = errorCode(error)
  if (code === undefined || error instanceof Problem) return error
  const { path: precisely = path, syscall = '' } = error as NodeJS.ErrnoException
  const [meaning, hint] = meanings[`${syscall} ${code}`] ??
    meanings[code] ?? [(error as Error).message, 'See the error number for what the system objects to.']
  const at = precisely === path ? '' : ` at ${precisely}`
  return new Problem('infrastructure', `Cannot ${doing} ${path}: ${meaning} (${code}${at}).`, {
    hint,
    cause: error,
  })
}

/** What `operation` returns; its failures as `diskProblem` tells them. */
export function onDisk<T>(doing: string, path: string, operation: () => T): T {
  try {
    return operation()
  } catch (error) {
    throw diskProblem(error, doing, path)
  }
}
