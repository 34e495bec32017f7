import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Durations } from '../plan/index.ts'
import { writeReport } from './write-report.ts'

/**
 * What the units of a suite took in earlier runs, by their labels; none where there is no record. Runs of shards do not
 * write it: all shards of a run must find the same, whichever of them is first.
 */
export function readDurations(store: string, suite: string, profile: string): Durations {
  try {
    const content: unknown = JSON.parse(readFileSync(fileOf(store, suite, profile), 'utf8'))
    return content as Durations
  } catch (error) {
    // Without a record, or with one that is damaged, shards are only less even.
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
}

/** Adds what was measured to the record. */
export function recordDurations(store: string, suite: string, profile: string, measured: Durations): void {
  if (Object.keys(measured).length === 0) return
  const all = { ...readDurations(store, suite, profile), ...measured }
  const sorted = Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1))
  writeReport(fileOf(store, suite, profile), `${JSON.stringify(Object.fromEntries(sorted), null, 1)}\n`)
}

function fileOf(store: string, suite: string, profile: string): string {
  return join(store, 'durations', `${suite}.${profile}.json`)
}
