import type { RunEvent, UnitOutcome } from '../execute/index.ts'
import { listRuns, readJournal } from '../store/index.ts'
import type { Digest } from '../values/digest.ts'

/** Runs looked at: failures of older ones are history. */
const RECENT = 20

/** How units that left no artifact ended when they were last tried, by the journals of recent runs. */
export function failuresInJournals(
  store: string,
  missing: ReadonlySet<Digest>,
): ReadonlyMap<Digest, UnitOutcome> {
  const ends = new Map<Digest, UnitOutcome>()
  for (const run of listRuns(store).slice(-RECENT)) {
    for (const { event } of readJournal<RunEvent>(store, run).entries) {
      if (event.type === 'unit-failed' && missing.has(event.key)) {
        ends.set(event.key, { status: 'failed', failure: event.failure })
      }
      if (event.type === 'unit-blocked' && missing.has(event.key)) {
        ends.set(event.key, { status: 'blocked', by: event.by })
      }
    }
  }
  return ends
}
