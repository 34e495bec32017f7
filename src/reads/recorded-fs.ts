import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import { isAbsolute, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { digest } from '../values/digest.ts'
import type { Look, PluginReads } from './plugin-reads.ts'
import { copyWith, wrapped, type Fn } from './wrap.ts'

/** What functions of `node:fs` tell of the path that they are given first; so do the forms in `…Sync` and in `fs.promises`. */
const tells = {
  readFile: 'file',
  open: 'file',
  openAsBlob: 'file',
  createReadStream: 'file',
  ReadStream: 'file',
  FileReadStream: 'file',
  copyFile: 'file',
  cp: 'folder',
  readdir: 'folder',
  opendir: 'folder',
  glob: 'folder',
  exists: 'presence',
  access: 'presence',
  realpath: 'presence',
  readlink: 'presence',
  stat: 'size',
  lstat: 'size',
} as const satisfies Readonly<Record<string, keyof typeof looks>>

/** Functions after which a file's content is the plugin's own, unless they add to what is there. */
const makes = ['writeFile', 'createWriteStream', 'WriteStream', 'FileWriteStream']

const looks = { file: contentOf, folder: namesIn, presence: kindOf, size: sizeOf }

/** `node:fs` and `node:fs/promises`, with what is read told to `reads`; paths are told relative to `root`. */
export function recordedFs(reads: PluginReads, root: string): { fs: object; promises: object } {
  /** Files that the plugin wrote itself. */
  const own = new Set<string>()
  /** What the names of folders that it had made for itself begin with; six characters follow. */
  const temporary: string[] = []

  function isOwn(path: string): boolean {
    return (
      own.has(path) ||
      temporary.some(
        (prefix) => path.startsWith(prefix) && /^[A-Za-z0-9]{6}([/\\]|$)/.test(path.slice(prefix.length)),
      )
    )
  }

  /** Open files are told where they are opened; this one was open before. */
  function seeInput([first]: readonly unknown[]): void {
    if (first === 0) reads.note('stdin', null)
  }

  function see(name: keyof typeof tells, [first, second]: readonly unknown[]): void {
    seeInput([first])
    const path = name === 'glob' ? globRoot(second) : pathOf(first)
    if (path === undefined) return
    if (name === 'open' && truncates(second)) own.add(path)
    if (isOwn(path)) return
    const aspect = tells[name]
    const look: Look = aspect === 'file' && isDevice(path) ? null : () => looks[aspect](path)
    reads.note(`${aspect} ${relative(root, path).split(sep).join('/') || '.'}`, look, path)
  }

  function recorded(module: object): object {
    const found = module as Readonly<Record<string, unknown>>
    const members: Record<string, Fn> = {}
    const put = (name: string, before: (args: readonly unknown[]) => void) => {
      for (const form of [name, `${name}Sync`]) {
        const fn = found[form]
        if (typeof fn === 'function') members[form] = wrapped(fn as Fn, before)
      }
    }
    for (const name of Object.keys(tells) as (keyof typeof tells)[]) put(name, (args) => see(name, args))
    for (const name of ['read', 'readv']) put(name, seeInput)
    for (const name of makes) {
      put(name, ([first, ...rest]) => {
        const path = pathOf(first)
        if (path !== undefined && truncates(flagsOf(rest))) own.add(path)
      })
    }
    put('mkdtemp', ([prefix]) => {
      // as it is, not resolved: what ends in a separator names a folder to make others in
      if (typeof prefix === 'string')
        temporary.push(isAbsolute(prefix) ? prefix : `${process.cwd()}${sep}${prefix}`)
    })
    return copyWith(module, members)
  }

  const promises = recorded(fs.promises)
  return { fs: copyWith(recorded(process.getBuiltinModule('fs')), { promises }), promises }
}

/** The absolute path that is meant; undefined for an open file. */
function pathOf(path: unknown): string | undefined {
  if (typeof path === 'string') return resolve(path)
  if (path instanceof URL) return fileURLToPath(path)
  return path instanceof Uint8Array ? resolve(Buffer.from(path).toString()) : undefined
}

function globRoot(options: unknown): string {
  const cwd = typeof options === 'object' && options !== null && 'cwd' in options ? options.cwd : undefined
  return pathOf(cwd) ?? process.cwd()
}

/** How a function that writes a file opens it: its options are the last argument. */
function flagsOf(args: readonly unknown[]): unknown {
  const options = args.findLast((one) => typeof one === 'object' && one !== null && !ArrayBuffer.isView(one))
  const { flag, flags } = (options ?? {}) as { flag?: unknown; flags?: unknown }
  return flag ?? flags ?? 'w'
}

/** A pipe, a terminal, a source of random numbers: reading it again gives something else, or waits for ever. */
function isDevice(path: string): boolean {
  try {
    const found = fs.statSync(path)
    return !found.isFile() && !found.isDirectory()
  } catch {
    // what is not there, or not to be looked at, is told by the read itself
    return false
  }
}

function truncates(flags: unknown): boolean {
  if (typeof flags === 'number') return (flags & fs.constants.O_TRUNC) !== 0
  return typeof flags === 'string' && flags.startsWith('w')
}

function contentOf(path: string): string {
  try {
    const file = fs.openSync(path, 'r')
    try {
      const hash = createHash('sha256')
      const part = new Uint8Array(2 ** 20)
      for (let read: number; (read = fs.readSync(file, part)) > 0;) hash.update(part.subarray(0, read))
      return hash.digest('hex')
    } finally {
      fs.closeSync(file)
    }
  } catch (error) {
    return missing(error)
  }
}

/** Names below a folder, of all depths: a listing may ask for them. */
function namesIn(path: string): string {
  try {
    if (!fs.statSync(path).isDirectory()) return contentOf(path)
    const entries = fs.readdirSync(path, { recursive: true, withFileTypes: true })
    const names = entries.map(
      (entry) => `${relative(path, entry.parentPath)}/${entry.name}${entry.isDirectory() ? '/' : ''}`,
    )
    return digest(names.sort().join('\n'))
  } catch (error) {
    return missing(error)
  }
}

function kindOf(path: string): string {
  try {
    return fs.statSync(path).isDirectory() ? 'folder' : 'file'
  } catch (error) {
    return missing(error)
  }
}

/** Times are left out: they differ from clone to clone. */
function sizeOf(path: string): string {
  try {
    const found = fs.statSync(path)
    return found.isDirectory() ? 'folder' : `${found.size} bytes`
  } catch (error) {
    return missing(error)
  }
}

function missing(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException
  if (code === undefined) throw error
  return code === 'ENOENT' ? 'absent' : code
}
