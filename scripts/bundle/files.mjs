import { createHash } from 'node:crypto'
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'

// A file of an archive: { to, from } names one that is there, { to, text, executable } has its content.

/** The files under a folder for whose path inside it `wanted` holds, links to them followed, to go to `to`. */
export function filesUnder(folder, to, wanted = () => true) {
  const inside = realpathSync(folder) + sep
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((from) => wanted(relative(folder, from).split(sep).join('/')) && isFileIn(from, inside))
    .map((from) => ({ from, to: join(to, relative(folder, from)) }))
}

// Links that lead out of the folder, or nowhere, are no part of it.
function isFileIn(path, inside) {
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat?.isFile() === true && realpathSync(path).startsWith(inside)
}

/** Bytes of all files. */
export function sizeOf(files) {
  return files.reduce((sum, { from, text }) => sum + (text?.length ?? statSync(from).size), 0)
}

/** What an archive is made from and how: equal digests, equal content. */
export function contentDigest({ files, filter }, settings) {
  const hash = createHash('sha256').update(JSON.stringify({ ...settings, filter }))
  for (const { to, from, text, executable } of files) {
    const mode = from === undefined ? executable : (statSync(from).mode & 0o111) !== 0
    const content = createHash('sha256')
      .update(text ?? readFileSync(from))
      .digest('hex')
    hash.update(`${to}\n${mode}\n${content}\n`)
  }
  return hash.digest('hex')
}

/** Lays files out in a folder as they are to be unpacked: as links where they are files already. */
export function stage(files, folder) {
  for (const { to, from, text, executable } of files) {
    const path = join(folder, to)
    mkdirSync(dirname(path), { recursive: true })
    if (from !== undefined) symlinkSync(realpathSync(from), path)
    else {
      writeFileSync(path, text)
      if (executable) chmodSync(path, 0o755)
    }
  }
}
