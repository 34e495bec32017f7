import type * as FileSystem from 'node:fs'
import { dirname, join } from 'node:path'

type Real = typeof FileSystem

/**
 * File operations that note what is on the disk, and not only in memory: the bytes of a file when it was last synced, the
 * names in a folder when it was. `survivors` writes what a power cut would leave of a folder.
 */
export function durableDisk(real: Real) {
  const paths = new Map<number, string>()
  const bytes = new Map<number, Buffer>()
  const names = new Map<number, ReadonlyMap<string, number>>()
  const sync = (descriptor: number) => {
    const path = paths.get(descriptor) ?? ''
    const { ino } = real.fstatSync(descriptor)
    if (real.fstatSync(descriptor).isDirectory())
      names.set(
        ino,
        new Map(real.readdirSync(path).map((name) => [name, real.lstatSync(join(path, name)).ino])),
      )
    else bytes.set(ino, real.readFileSync(path))
  }
  const openSync: Real['openSync'] = (path, ...rest) => {
    const descriptor = real.openSync(path, ...rest)
    paths.set(descriptor, String(path))
    if (/[wa]/.test(String(rest[0]))) names.delete(real.fstatSync(descriptor).ino)
    if (String(rest[0]).endsWith('x')) bytes.delete(real.fstatSync(descriptor).ino)
    return descriptor
  }
  const mkdirSync = ((path: string, options?: FileSystem.MakeDirectoryOptions) => {
    const first = real.mkdirSync(path, options)
    const made = options?.recursive === true ? first : path
    // A number of an inode may be that of what was removed before.
    for (let at = path; made !== undefined && at.length >= made.length; at = dirname(at))
      names.set(real.lstatSync(at).ino, new Map())
    return first
  }) as Real['mkdirSync']
  const write = (ino: number, to: string): void => {
    const entries = names.get(ino)
    if (entries === undefined) {
      // A file whose bytes were never synced may be there and empty.
      real.writeFileSync(to, bytes.get(ino) ?? '')
      return
    }
    real.mkdirSync(to)
    for (const [name, inode] of entries) write(inode, join(to, name))
  }
  return {
    operations: {
      openSync,
      mkdirSync,
      fsyncSync: (descriptor: number) => {
        real.fsyncSync(descriptor)
        sync(descriptor)
      },
      fdatasyncSync: (descriptor: number) => {
        real.fdatasyncSync(descriptor)
        sync(descriptor)
      },
    },
    /** Writes what is left of `folder`, whose own name must be on the disk, to `to`. */
    survivors(folder: string, to: string) {
      const { ino } = real.lstatSync(folder)
      write(ino, to)
    },
  }
}
