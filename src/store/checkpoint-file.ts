import { digest } from '../values/digest.ts'
import type { Digest } from '../values/digest.ts'
import { BadFile } from './bad-file.ts'
import { readFile } from './read-file.ts'
import type { Checkpoint } from './types.ts'

/** What a checkpoint's file says, and how often the unit has failed since it was written. */
export interface CheckpointFile extends Checkpoint {
  readonly failures: number
}

/** Everything but the content, with the key, so that a file in the wrong place is not taken for another. */
type Header = Omit<CheckpointFile, 'content'> & { readonly key: Digest }

const LINE_END = 0x0a
const DIGEST_LENGTH = 64

/** The bytes of a checkpoint's file: a line with the digest of the rest, a line of JSON, then the content. */
export function encodeCheckpoint(
  key: Digest,
  { content, label, seconds, saved, failures }: CheckpointFile,
): Buffer {
  const header: Header = { key, label, seconds, saved, failures }
  const rest = Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), content])
  return Buffer.concat([Buffer.from(`${digest(rest)}\n`), rest])
}

/** The verified checkpoint in a file; undefined where there is no file. Throws `BadFile`. */
export function readCheckpoint(file: string, key: Digest): CheckpointFile | undefined {
  const bytes = readFile(file)
  if (bytes === undefined) return undefined
  const first = bytes.toString('latin1', 0, DIGEST_LENGTH)
  const expected = /^[0-9a-f]{64}$/.test(first) ? first : 'a digest in its first line'
  const rest = bytes.subarray(DIGEST_LENGTH + 1)
  const found = digest(rest)
  if (found !== expected) throw new BadFile(file, expected, found)
  const end = rest.indexOf(LINE_END)
  const { key: its, ...header } = JSON.parse(rest.toString('utf8', 0, end)) as Header
  if (its !== key) throw new BadFile(file, key, its)
  return { ...header, content: rest.subarray(end + 1) }
}
