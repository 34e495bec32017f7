import type { Digest } from '../values/digest.ts'
import type { Plan, PlannedCell } from './types.ts'

/**
 * The cells whose id has every word of the filter, in any order and letter case. A word with `=` or `%` must be a
 * whole word of the id or of its value (`seed=1`, `90%`, not `seed=10`); others may be parts of the criterion's name.
 */
export function filterCells(
  cells: readonly PlannedCell[],
  filter: string | undefined,
): readonly PlannedCell[] {
  const words = (filter ?? '').toLowerCase().split(/\s+/).filter(Boolean)
  return cells.filter(({ id, point }) => {
    const tokens = id.toLowerCase().split(' ')
    const name = point.criterion.toLowerCase()
    return words.every((word) =>
      /[=%]/.test(word)
        ? tokens.some((token) => token === word || token.endsWith(`=${word}`))
        : name.includes(word),
    )
  })
}

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
