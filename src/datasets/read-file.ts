import { readFile, stat } from 'node:fs/promises'

/** Why a path must not be opened as a file, as that may wait for ever; undefined for files, and for folders, of which the system says it. */
export function whyNoFile(found: { isFile(): boolean; isDirectory(): boolean }): string | undefined {
  return found.isFile() || found.isDirectory() ? undefined : 'it is a pipe, a socket or a device, not a file'
}

/** The bytes of a file. Throws at once where there is something else. */
export async function readRegularFile(path: string): Promise<Buffer> {
  const why = whyNoFile(await stat(path))
  if (why !== undefined) throw new Error(why)
  return readFile(path)
}
