import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunOutcome } from '../execute/index.ts'
import type { Durations, Plan } from '../plan/index.ts'
import type { Prepared } from './prepare.ts'
import { writeReport } from './write-report.ts'

/** Whose record it is: each profile of a suite has its own, in the store's folder. */
type Owner = Pick<Prepared, 'suite' | 'identity' | 'setup'>

/**
 * What the units of a suite took in earlier runs, by their labels; none where there is no record. Runs of shards do not
 * write it: all shards of a run must find the same, whichever of them is first.
 */
export function readDurations(owner: Owner): Durations {
  try {
    return JSON.parse(readFileSync(fileOf(owner), 'utf8')) as Durations
  } catch (error) {
    // Without a record, or with one that is damaged, shards are only less even.
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
}

/** Adds what was measured to the record. */
export function recordDurations(owner: Owner, measured: Durations): void {
  if (Object.keys(measured).length === 0) return
  const all = Object.entries({ ...readDurations(owner), ...measured }).sort(([a], [b]) => (a < b ? -1 : 1))
  writeReport(fileOf(owner), `${JSON.stringify(Object.fromEntries(all), null, 1)}\n`)
}

/** What the units took that a run computed. */
export function measuredIn(plan: Pick<Plan, 'units'>, { units }: Pick<RunOutcome, 'units'>): Durations {
  return Object.fromEntries(
    [...units].flatMap(([key, end]) =>
      end.status === 'computed' ? [[plan.units.get(key)?.label ?? key, end.seconds]] : [],
    ),
  )
}

function fileOf({ suite, identity, setup }: Owner): string {
  return join(setup.store, 'durations', `${suite}.${identity.profile}.json`)
}
