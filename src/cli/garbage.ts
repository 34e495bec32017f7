import type { RunEvent } from '../execute/index.ts'
import {
  journalSize,
  leftoverBytes,
  listRuns,
  readJournal,
  removeJournal,
  removeLeftovers,
  type ArtifactStore,
} from '../store/index.ts'
import type { Digest } from '../values/digest.ts'
import type { Beginning } from './recorded-runs.ts'

/** What may be removed, besides what no recorded run needs. */
export interface GarbageLimits {
  /** Runs whose journals were last written to before this time are forgotten. */
  readonly before?: Date
  /** The oldest runs are forgotten until the artifacts of the others fit into so many bytes; the newest stays. */
  readonly maxBytes?: number
}

/** Things of one kind in a store. */
export interface Amount {
  readonly count: number
  readonly bytes: number
}

/** What a store holds, and what of it is not needed. */
export interface Garbage {
  readonly runs: number
  readonly artifacts: Amount
  /** Runs that the limits forget. */
  readonly forgotten: readonly string[]
  /** Artifacts that no other run needs, directly or as an input. */
  readonly unreachable: Amount & { readonly keys: readonly Digest[] }
  /** Bytes of quarantine and conflicts. */
  readonly leftovers: number
}

interface Stored {
  readonly bytes: number
  readonly inputs: readonly Digest[]
}

/** Looks for what can be removed from a store; removes nothing. */
export async function findGarbage(
  root: string,
  store: Pick<ArtifactStore, 'list'>,
  limits: GarbageLimits,
): Promise<Garbage> {
  const found = new Map<Digest, Stored>()
  // A run that is going on tells of a unit after it has stored it.
  const young = new Date(Date.now() - 60_000)
  const fresh = new Set<Digest>()
  for await (const { key, bytes, provenance } of store.list()) {
    const inputs = Object.values((provenance.document.inputs ?? {}) as Record<string, Digest>)
    found.set(key, { bytes, inputs })
    if (new Date(provenance.created) > young) fresh.add(key)
  }
  const runs = listRuns(root)
  const [kept, forgotten] = split(root, runs, found, limits)
  const needed = new Set([...reach(kept, found), ...fresh])
  const keys = [...found.keys()].filter((key) => !needed.has(key))
  return {
    runs: runs.length,
    artifacts: { count: found.size, bytes: sizeOf(found.keys(), found) },
    forgotten,
    unreachable: { keys, count: keys.length, bytes: sizeOf(keys, found) },
    leftovers: leftoverBytes(root),
  }
}

/** Removes it. */
export async function removeGarbage(
  root: string,
  store: Pick<ArtifactStore, 'remove'>,
  { forgotten, unreachable }: Garbage,
): Promise<void> {
  for (const run of forgotten) removeJournal(root, run)
  for (const key of unreachable.keys) await store.remove(key)
  removeLeftovers(root)
}

/** The keys that the runs to keep are about, and the names of those to forget. */
function split(
  root: string,
  runs: readonly string[],
  found: ReadonlyMap<Digest, Stored>,
  { before, maxBytes = Infinity }: GarbageLimits,
): [kept: ReadonlySet<Digest>, forgotten: readonly string[]] {
  const kept = new Set<Digest>()
  const forgotten: string[] = []
  const newestFirst = runs
    .map((run) => ({ run, modified: journalSize(root, run)?.modified.getTime() ?? 0 }))
    .sort((a, b) => b.modified - a.modified)
  for (const [i, { run, modified }] of newestFirst.entries()) {
    const keys = keysOf(root, run)
    const tooOld = before !== undefined && modified < before.getTime()
    const tooMuch =
      i > 0 &&
      maxBytes !== Infinity &&
      (forgotten.length > 0 || sizeOf(reach([...kept, ...keys], found), found) > maxBytes)
    if (tooOld || tooMuch) forgotten.push(run)
    else for (const key of keys) kept.add(key)
  }
  return [kept, forgotten]
}

/** The units that a run's cells are made from, and all that it computed. */
function keysOf(root: string, run: string): readonly Digest[] {
  return readJournal<RunEvent | Beginning>(root, run).entries.flatMap(({ event }) =>
    event.type === 'run'
      ? event.cells.flatMap(({ units }) => Object.values(units))
      : event.type === 'unit-finished'
        ? [event.key]
        : [],
  )
}

/** These keys and all that they are made from, as far as it is stored. */
function reach(keys: Iterable<Digest>, found: ReadonlyMap<Digest, Stored>): ReadonlySet<Digest> {
  const reached = new Set(keys)
  // A set's iteration reaches what is added meanwhile.
  for (const key of reached) for (const input of found.get(key)?.inputs ?? []) reached.add(input)
  return reached
}

function sizeOf(keys: Iterable<Digest>, found: ReadonlyMap<Digest, Stored>): number {
  return [...keys].reduce((sum, key) => sum + (found.get(key)?.bytes ?? 0), 0)
}
