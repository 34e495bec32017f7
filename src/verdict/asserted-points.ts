import type { Assertion, CellSelector, Reference } from '../plugin/index.ts'
import { isChosen, type Coordinates } from './select-cells.ts'

/** The coordinates among these of the cells that an assertion is about, those that it holds them against included. */
export function assertedPoints<P extends Coordinates>(
  { cells, claim }: Pick<Assertion, 'cells' | 'claim'>,
  points: readonly P[],
): readonly P[] {
  const selectors =
    claim.kind === 'compares' && typeof claim.target !== 'number'
      ? [cells, referenceOf(cells, claim.target)]
      : [cells]
  return points.filter((point) => selectors.some((selector) => isChosen(point, selector)))
}

/** All cells that may be the reference: at which k it is taken depends on which were run. */
function referenceOf(cells: CellSelector, target: Reference): CellSelector {
  const toControl = target.control === true || (cells.control === true && target.criterion === undefined)
  if (toControl) return { control: true }
  const own = cells.control === true ? {} : cells
  return { ...own, ...target, k: target.k ?? { from: 0 } }
}
