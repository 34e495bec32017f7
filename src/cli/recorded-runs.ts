import type { RunEvent } from '../execute/index.ts'
import type { RecordedRun } from '../report/index.ts'
import type { RunIdentity } from '../results/index.ts'
import type { Digest } from '../values/digest.ts'
import { journalSize, listRuns, readBeginning, readJournal, removeJournal } from '../store/index.ts'

/** How a journal begins. */
export interface Beginning {
  readonly type: 'run'
  readonly identity: RunIdentity
  /** Whether its device was chosen; false where it was only what was left. Absent: it was. */
  readonly settled?: boolean
  readonly cells: readonly { readonly id: string; readonly units: Readonly<Record<string, Digest>> }[]
}

/** The last runs of a store by their journals, the latest first. */
export function recordedRuns(store: string, most: number): readonly RecordedRun[] {
  return listRuns(store)
    .slice(-most)
    .reverse()
    .flatMap((id) => recordedRun(store, id) ?? [])
}

/** One run by its journal; undefined where the store has none of that name, or its journal has no beginning. */
export function recordedRun(store: string, id: string): RecordedRun | undefined {
  if (!listRuns(store).includes(id)) return undefined
  const { entries } = readJournal<RunEvent | Beginning>(store, id)
  const [first] = entries
  if (first?.event.type !== 'run') return undefined
  const { identity, cells } = first.event
  const count = (type: RunEvent['type']) => entries.filter(({ event }) => event.type === type).length
  const end = entries.map(({ event }) => event).find((event) => event.type === 'run-finished')
  return {
    id,
    began: first.at,
    suite: identity.suite,
    profile: identity.profile,
    filter: identity.filter,
    cells: cells.length,
    computed: count('unit-finished'),
    failed: count('unit-failed'),
    end: end === undefined ? 'cut off' : end.cancelled ? 'stopped' : 'done',
    seconds: end?.seconds ?? null,
  }
}

/** The device that was chosen for a suite's profile the last time, with the default runtime; undefined if none was. */
export function lastDevice(store: string, suite: string, profile: string): string | undefined {
  for (const id of listRuns(store).toReversed()) {
    const first = readBeginning<RunEvent | Beginning>(store, id)?.event
    if (first?.type !== 'run' || first.settled === false) continue
    const { identity } = first
    if (identity.suite === suite && identity.profile === profile && identity.engine.runtime === 'onnx')
      return identity.engine.device
  }
  return undefined
}

/** Bytes by which journals of two stored reruns of the same cells can differ: they hold times. */
const SLACK = 512

/**
 * Removes the journals of earlier reruns that computed nothing and were of the same cells as this one, if it is such a
 * rerun itself: the last one tells as much, and journals do not grow without end.
 */
export function forgetEarlierReruns(store: string, id: string): void {
  const own = rerunOf(store, id)
  const size = journalSize(store, id)?.bytes ?? 0
  if (own === undefined) return
  for (const other of listRuns(store)) {
    const { bytes } = journalSize(store, other) ?? { bytes: Infinity }
    if (other < id && Math.abs(bytes - size) <= SLACK && rerunOf(store, other) === own)
      removeJournal(store, other)
  }
}

/** What a run that came to its end and computed nothing began with; undefined for any other run. */
function rerunOf(store: string, id: string): string | undefined {
  const [first, ...others] = readJournal<RunEvent | Beginning>(store, id).entries.map(({ event }) => event)
  const last = others.at(-1)
  if (first?.type !== 'run' || last?.type !== 'run-finished' || last.cancelled) return undefined
  return others.every(({ type }) => type === 'run-started' || type === 'run-finished')
    ? JSON.stringify(first)
    : undefined
}
