import { canonicalJson } from '../values/canonical-json.ts'
import type { Json } from '../values/json.ts'
import type { PlannedCell } from './types.ts'

/** The cells of a plan that are made from other units than in the plan before, or were not in it. */
export function changedCells(
  before: readonly PlannedCell[],
  after: readonly PlannedCell[],
): readonly PlannedCell[] {
  const workOf = ({ units }: PlannedCell) => canonicalJson(units as unknown as Json)
  const known = new Map(before.map((cell) => [cell.id, workOf(cell)]))
  return after.filter((cell) => known.get(cell.id) !== workOf(cell))
}
