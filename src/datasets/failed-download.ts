import { readFile, rm } from 'node:fs/promises'
import { writeAtomically } from './write-atomically.ts'

/** A download that failed a short while ago and is not worth waiting for again yet. */
export interface FailedDownload {
  readonly at: number
  readonly reason: string
}

const REMEMBERED_MS = 60 * 60 * 1000

/** What `path` remembers of a failed download, if that was within the last hour. */
export async function recallFailure(path: string, now: number): Promise<FailedDownload | undefined> {
  try {
    const { at, reason } = JSON.parse(await readFile(path, 'utf8')) as Partial<FailedDownload>
    if (typeof at !== 'number' || typeof reason !== 'string') return undefined
    return now >= at && now - at < REMEMBERED_MS ? { at, reason } : undefined
  } catch {
    // not there, unreadable or cut short: it only ever saves time, so nothing is remembered
    return undefined
  }
}

export async function rememberFailure(path: string, failure: FailedDownload): Promise<void> {
  // the failure itself is about to be told; a disk that cannot remember it must not hide it
  await writeAtomically(path, JSON.stringify(failure)).catch(() => undefined)
}

export async function forgetFailure(path: string): Promise<void> {
  await rm(path, { force: true })
}

/** How long ago that was, for people. */
export function ago(at: number, now: number): string {
  const minutes = Math.round((now - at) / 60_000)
  if (minutes < 1) return 'a moment ago'
  return minutes === 1 ? 'a minute ago' : `${minutes} minutes ago`
}
