import { copyFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What was made before in a folder: archives with the digests of what they were made from, and their parts. */
export function readManifest(output) {
  const file = join(output, 'bundle.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).archives : []
}

/** Whether an archive was made from the same and all its parts are still there. */
export function reusable(archive, digest, output) {
  const isThere = ({ file, bytes }) => statSync(join(output, file), { throwIfNoEntry: false })?.size === bytes
  return archive?.digest === digest && archive.parts.every(isThere)
}

/** Writes what unpacking needs beside the parts: sums in the form of sha256sum, and the script. */
export function writeManifest(output, archives, unpackScript) {
  const sums = archives.flatMap(({ parts }) => parts.map(({ file, sha256 }) => `${sha256}  ${file}\n`))
  writeFileSync(join(output, 'SHA256SUMS'), sums.join(''))
  copyFileSync(unpackScript, join(output, 'unpack.sh'))
  writeFileSync(join(output, 'bundle.json'), `${JSON.stringify({ archives }, null, 2)}\n`)
}
