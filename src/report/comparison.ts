import {
  pairedDifference,
  type CellRecord,
  type Group,
  type PairedDifference,
  type Results,
} from '../results/index.ts'
import { grouped } from './grouped.ts'

/** One criterion against another at the same sparsity, seed by seed. */
export interface Against {
  readonly group: Group
  /** Its interval allows for the best having been chosen. */
  readonly difference: PairedDifference | null
}

/** Who is ahead at a sparsity, and by how much. */
export interface Comparison {
  readonly sparsity: number
  readonly best: Group
  /** Of how many groups it is the best. */
  readonly among: number
  /** The best of another criterion, or of another k where there is one criterion; null where there is neither. */
  readonly next: Against | null
  /** The unpruned control; null where there is none. */
  readonly control: Against | null
}

/**
 * The group of every sparsity that is best by the suite's figure of merit, beside the next best and the control. The best of
 * g equal groups is ahead by chance alone. Its lead over the control is one of g that might have been told, and is judged at
 * the g-th part of the level (Bonferroni, the first step of Holm's procedure). Its lead over the next best is judged at half
 * of it, however many there are: any of the two might have been ahead, and more equal groups only bring the first two closer
 * (Gutmann & Maymin 1987, "Is the selected population the best?"). `simulation.test.ts` holds that no more than 2.5 % of the
 * leads of equal groups exclude 0.
 */
export function comparisons({
  groups,
  cells,
  identity,
}: Pick<Results, 'groups' | 'cells' | 'identity'>): readonly Comparison[] {
  const { merit } = identity
  const control = groups.find((group) => group.control && group[merit] !== null)
  const ranked = groups.filter((group) => !group.control && group[merit] !== null)
  return [...grouped(ranked, ({ sparsity }) => sparsity)]
    .sort(([a], [b]) => a - b)
    .map(([sparsity, own]) => {
      // Equal means stay in the order of the suite.
      const order = own.toSorted((a, b) => (b[merit]?.mean ?? 0) - (a[merit]?.mean ?? 0))
      const best = order[0] as Group
      const next = order.find(({ criterion }) => criterion !== best.criterion) ?? order[1]
      const against = (group: Group, among: number): Against => ({
        group,
        difference: pairedDifference(cellsOf(best, cells), cellsOf(group, cells), merit, among),
      })
      return {
        sparsity,
        best,
        among: own.length,
        next: next === undefined ? null : against(next, 2),
        control: control === undefined ? null : against(control, own.length),
      }
    })
}

/** Whether the interval says that the difference is not chance; null where there is no interval. */
export function isCertain(difference: PairedDifference | null): boolean | null {
  if (difference?.ci95 == null) return null
  const [low, high] = difference.ci95
  return low > 0 || high < 0
}

function cellsOf({ criterion, sparsity, k, control }: Group, cells: readonly CellRecord[]): CellRecord[] {
  return cells.filter(
    ({ point }) =>
      point.criterion === criterion &&
      point.sparsity === sparsity &&
      point.k === k &&
      point.control === control,
  )
}
