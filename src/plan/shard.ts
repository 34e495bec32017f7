import type { Digest } from '../values/digest.ts'
import { inputsOf } from './inputs-of.ts'
import type { Plan, PlannedCell, Unit } from './types.ts'

/** Seconds that units took, by their labels: what a later run may expect, whatever changed in between. */
export type Durations = Readonly<Record<string, number>>

/**
 * Cuts cells into `count` parts that take about as long as one another, by what their units took or, where that is not
 * known, by their weights. A unit that several cells of a part need is counted once in it. The same plan, cells and
 * durations give the same parts wherever they are cut; a part's cells stand in the plan's order.
 */
export function shardCells(
  plan: Pick<Plan, 'units'>,
  cells: readonly PlannedCell[],
  count: number,
  durations: Durations,
): readonly (readonly PlannedCell[])[] {
  const seconds = expectedSeconds(plan, durations)
  const shards = Array.from({ length: count }, () => ({
    seconds: 0,
    units: new Set<Digest>(),
    cells: new Set<PlannedCell>(),
  }))
  const needs = new Map(cells.map((cell) => [cell, neededBy(plan, cell)]))
  const whole = new Map(cells.map((cell) => [cell, sum(needs.get(cell) ?? [], seconds)]))
  const longestFirst = [...cells].sort(
    (a, b) => (whole.get(b) ?? 0) - (whole.get(a) ?? 0) || (a.id < b.id ? -1 : 1),
  )
  for (const cell of longestFirst) {
    const units = needs.get(cell) ?? []
    const grown = shards.map((shard) => ({
      shard,
      seconds:
        shard.seconds +
        sum(
          units.filter((key) => !shard.units.has(key)),
          seconds,
        ),
    }))
    const best = grown.reduce((least, one) => (one.seconds < least.seconds ? one : least))
    best.shard.seconds = best.seconds
    best.shard.cells.add(cell)
    for (const key of units) best.shard.units.add(key)
  }
  return shards.map((shard) => cells.filter((cell) => shard.cells.has(cell)))
}

/** Known durations, and for all other units their weights at the pace of the known ones, of their kind if there are any. */
function expectedSeconds({ units }: Pick<Plan, 'units'>, durations: Durations): ReadonlyMap<Digest, number> {
  const all = [...units.values()]
  const known = all.filter(({ label }) => durations[label] !== undefined)
  const pace = (of: readonly Unit[]): number | undefined => {
    const weight = of.reduce((total, unit) => total + unit.weight, 0)
    return weight > 0
      ? of.reduce((total, { label }) => total + (durations[label] ?? 0), 0) / weight
      : undefined
  }
  const overall = pace(known) ?? 1
  const ofKind = new Map(
    [...new Set(all.map(({ kind }) => kind))].map((kind) => [
      kind,
      pace(known.filter((unit) => unit.kind === kind)),
    ]),
  )
  return new Map(
    all.map(({ key, kind, label, weight }) => [
      key,
      durations[label] ?? weight * (ofKind.get(kind) ?? overall),
    ]),
  )
}

/** The units a cell's record is made from and all that these need. */
function neededBy({ units }: Pick<Plan, 'units'>, cell: PlannedCell): readonly Digest[] {
  const needed = new Set<Digest>(Object.values(cell.units) as Digest[])
  // A set's iteration reaches what is added meanwhile.
  for (const key of needed) {
    const unit = units.get(key)
    if (unit) for (const input of inputsOf(unit)) needed.add(input)
  }
  return [...needed]
}

function sum(keys: readonly Digest[], seconds: ReadonlyMap<Digest, number>): number {
  return keys.reduce((total, key) => total + (seconds.get(key) ?? 0), 0)
}
