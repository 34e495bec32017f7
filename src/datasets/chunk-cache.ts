import type { Examples } from '../values/dataset.ts'
import { digest } from '../values/digest.ts'
import { readRegularFile } from './read-file.ts'
import { writeAtomically } from './write-atomically.ts'

/** How many examples one file keeps. */
export const CHUNK = 1000

const DIGEST_LENGTH = 64

/**
 * Reads generated examples back: a digest in 64 characters, then what it is the digest of, the images' bytes and the
 * labels. Undefined where the file is missing, unreadable or not whole: examples can be generated again.
 */
export async function readChunk(path: string, pixels: number): Promise<Examples | undefined> {
  const bytes = await readRegularFile(path).catch(() => undefined)
  if (bytes?.length !== DIGEST_LENGTH + CHUNK * (pixels + 1)) return undefined
  const content = bytes.subarray(DIGEST_LENGTH)
  if (bytes.toString('latin1', 0, DIGEST_LENGTH) !== digest(content)) return undefined
  const split = CHUNK * pixels
  return { count: CHUNK, images: content.subarray(0, split), labels: content.subarray(split) }
}

/** Keeps `CHUNK` generated examples. */
export async function writeChunk(path: string, { images, labels }: Examples): Promise<void> {
  await writeAtomically(path, digest(Buffer.concat([images, labels])), images, labels)
}
