import type { UnitKind, UnitNotes } from './types.ts'

/** A unit that was at work in a run: how long, and which share of it was done in that time, from 0 to 1. */
export interface SeenWork {
  readonly unit: Measurable
  readonly seconds: number
  readonly share: number
}

/** A unit that is not done, and the share of it that is left. */
export interface OpenWork {
  readonly unit: Measurable
  readonly left: number
}

type Measurable = Pick<UnitNotes, 'weight' | 'alone'> & { readonly kind: UnitKind }

/** How long the rest of a run takes, if it goes on as it did. */
export interface Remaining {
  readonly seconds: number
  /** Kinds of units of which, and of whose like, nothing was seen: they were taken to be as fast as all others. */
  readonly guessed: readonly UnitKind[]
}

/**
 * How long `open` takes at the pace of what was seen in `elapsed` seconds: each kind of unit at its own, as many beside
 * one another as there were. Null where nothing was seen.
 */
export function remaining(
  seen: readonly SeenWork[],
  open: readonly OpenWork[],
  elapsed: number,
): Remaining | null {
  const beside = seen.filter(({ unit }) => unit.alone !== true)
  const overall = paceOf(beside) ?? paceOf(seen)
  if (overall === null || elapsed <= 0) return null
  const kinds = [...new Set(open.map(({ unit }) => unit.kind))]
  const paceOfKind = (kind: UnitKind) => paceOf(seen.filter(({ unit }) => unit.kind === kind))
  const paces = new Map(kinds.map((kind) => [kind, paceOfKind(kind) ?? paceOfKind(alike[kind] ?? kind)]))
  const expected = (works: readonly OpenWork[]) =>
    sum(works.map(({ unit, left }) => unit.weight * left * (paces.get(unit.kind) ?? overall)))
  // What ran alone took its time from everything else.
  const alone = sum(seen.filter(({ unit }) => unit.alone === true).map(({ seconds }) => seconds))
  const parallel = Math.max(1, sum(beside.map(({ seconds }) => seconds)) / Math.max(elapsed - alone, 1e-3))
  return {
    seconds:
      expected(open.filter(({ unit }) => unit.alone !== true)) / parallel +
      expected(open.filter(({ unit }) => unit.alone === true)),
    guessed: kinds.filter((kind) => paces.get(kind) === null),
  }
}

/** Kinds that do the same work. */
const alike: Partial<Readonly<Record<UnitKind, UnitKind>>> = { train: 'pretrain', pretrain: 'train' }

/** Seconds for a unit of weight; null where nothing tells. */
function paceOf(seen: readonly SeenWork[]): number | null {
  const done = sum(seen.map(({ unit, share }) => unit.weight * share))
  return done > 0 ? sum(seen.map(({ seconds }) => seconds)) / done : null
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
