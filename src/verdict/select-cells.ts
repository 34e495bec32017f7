import type { CellSelector, Choice, Occasion } from '../plugin/index.ts'
import type { GroupPoint } from './types.ts'

/** A cell's coordinates. */
export interface Coordinates extends GroupPoint {
  readonly seed: number
  readonly searchSeed?: number
}

/** Whether a cell is among those that a selector chooses. */
export function isChosen(point: Coordinates, selector: CellSelector): boolean {
  if ((selector.control === true) !== point.control) return false
  return (['criterion', 'sparsity', 'k', 'seed', 'searchSeed'] as const).every((name) =>
    isAmong(point[name], selector[name]),
  )
}

/** Whether an assertion counts for a run. */
export function isOccasion({ data, profile }: Occasion, run: { data: string; profile: string }): boolean {
  return isAmong(run.data, data) && isAmong(run.profile, profile)
}

function isAmong(
  value: string | number | undefined,
  choice: Choice<string> | Choice<number> | undefined,
): boolean {
  if (choice === undefined) return true
  if (typeof choice !== 'object') return value === choice
  if (Array.isArray(choice)) return (choice as readonly unknown[]).includes(value)
  const { from = -Infinity, to = Infinity } = choice as { readonly from?: number; readonly to?: number }
  return typeof value === 'number' && value >= from && value <= to
}
