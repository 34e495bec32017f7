import type { Digest } from '../values/digest.ts'
import type { Plan, PlannedCell } from './types.ts'

/** The units whose artifacts make up the records of these cells. */
export function goalsOf(cells: readonly PlannedCell[]): readonly Digest[] {
  return [...new Set(cells.flatMap((cell) => Object.values(cell.units) as Digest[]))]
}

/** Keys of a unit and of everything it is made from, inputs first. */
export function lineage(plan: Plan, key: Digest): readonly Digest[] {
  const seen = new Set<Digest>()
  const visit = (at: Digest): void => {
    if (seen.has(at)) return
    for (const input of Object.values(plan.units.get(at)?.document.inputs ?? {})) visit(input)
    seen.add(at)
  }
  visit(key)
  return [...seen]
}
