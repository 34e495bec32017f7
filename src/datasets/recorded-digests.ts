import { createReadStream } from 'node:fs'
import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { whyNoFile } from './read-file.ts'
import { writeAtomically } from './write-atomically.ts'

/** A file whose content is not known beforehand. */
export interface RecordedFile {
  readonly path: string
  /** In bytes. */
  readonly size: number
  /** Nanoseconds since 1970, as text: they exceed what a number holds exactly. */
  readonly modified: string
  /** The SHA-256 of the content, or why it cannot be read. */
  readonly content: { readonly sha256: string } | { readonly unreadable: string }
}

/**
 * The sizes and digests of files, in their order. Digests are taken from `record` where it has one for a file of this
 * path, size and time of change, so that only the first look at large files reads them; else they are computed and recorded.
 */
export async function recordedDigests(
  paths: readonly string[],
  record: string,
): Promise<readonly RecordedFile[]> {
  const known = await readRecord(record)
  let news = false
  const files: RecordedFile[] = []
  for (const path of paths) {
    const seen = await lookAt(path)
    const same = known.find(
      (file) => file.path === path && file.size === seen.size && file.modified === seen.modified,
    )
    if (same !== undefined) {
      files.push(same)
      continue
    }
    const content = seen.unreadable === undefined ? await digestOfFile(path) : { unreadable: seen.unreadable }
    files.push({ path, size: seen.size, modified: seen.modified, content })
    news ||= 'sha256' in content
  }
  if (news) {
    const readable = files.filter(({ content }) => 'sha256' in content)
    // the record only ever saves time; a disk that cannot hold it must not keep anyone from data that is there
    await writeAtomically(record, JSON.stringify(readable)).catch(() => undefined)
  }
  return files
}

async function lookAt(path: string): Promise<{ size: number; modified: string; unreadable?: string }> {
  try {
    const found = await stat(path, { bigint: true })
    const why = whyNoFile(found)
    const seen = { size: Number(found.size), modified: String(found.mtimeNs) }
    return why === undefined ? seen : { ...seen, unreadable: why }
  } catch (error) {
    return { size: 0, modified: '', unreadable: codeOf(error) }
  }
}

async function digestOfFile(path: string): Promise<RecordedFile['content']> {
  try {
    const hash = createHash('sha256')
    for await (const part of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(part as Buffer)
    return { sha256: hash.digest('hex') }
  } catch (error) {
    return { unreadable: codeOf(error) }
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error)
}

async function readRecord(record: string): Promise<readonly RecordedFile[]> {
  try {
    const files = JSON.parse(await readFile(record, 'utf8')) as unknown
    return Array.isArray(files) ? files.filter(isRecorded) : []
  } catch {
    // not there or not whole: the digests are computed again
    return []
  }
}

function isRecorded(value: unknown): value is RecordedFile {
  if (typeof value !== 'object' || value === null) return false
  const { path, size, modified, content } = value as Partial<RecordedFile>
  return (
    typeof path === 'string' &&
    typeof size === 'number' &&
    typeof modified === 'string' &&
    typeof content === 'object' &&
    'sha256' in content &&
    /^[0-9a-f]{64}$/.test(content.sha256)
  )
}
