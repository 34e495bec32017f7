import {
  pairedDifference,
  type CellRecord,
  type Group,
  type PairedDifference,
  type Results,
} from '../results/index.ts'
import { grouped } from './grouped.ts'

/** The accuracy that criteria are compared by: never one that was chosen on the test set. */
export type Judged = 'validationSelected' | 'last'

/** One criterion against another at the same sparsity, seed by seed. */
export interface Against {
  readonly group: Group
  readonly difference: PairedDifference | null
}

/** Who is ahead at a sparsity, and by how much. */
export interface Comparison {
  readonly sparsity: number
  readonly best: Group
  /** The best of another criterion, or of another k where there is one criterion; null where there is neither. */
  readonly next: Against | null
  /** The unpruned control; null where there is none. */
  readonly control: Against | null
}

/** Which accuracy these results are compared by: the one that a validation split selected, where there is one. */
export function judgedBy({ groups }: Pick<Results, 'groups'>): Judged {
  return groups.some(({ validationSelected }) => validationSelected !== null) ? 'validationSelected' : 'last'
}

/** The best group of every sparsity beside the next best and the control. */
export function comparisons({ groups, cells }: Pick<Results, 'groups' | 'cells'>): readonly Comparison[] {
  const metric = judgedBy({ groups })
  const control = groups.find((group) => group.control && group[metric] !== null)
  const against = (best: Group, group: Group): Against => ({
    group,
    difference: pairedDifference(cellsOf(best, cells), cellsOf(group, cells), metric),
  })
  const ranked = groups.filter((group) => !group.control && group[metric] !== null)
  return [...grouped(ranked, ({ sparsity }) => sparsity)]
    .sort(([a], [b]) => a - b)
    .map(([sparsity, own]) => {
      // Equal means stay in the order of the suite.
      const order = own.toSorted((a, b) => (b[metric]?.mean ?? 0) - (a[metric]?.mean ?? 0))
      const best = order[0] as Group
      const next = order.find(({ criterion }) => criterion !== best.criterion) ?? order[1]
      return {
        sparsity,
        best,
        next: next === undefined ? null : against(best, next),
        control: control === undefined ? null : against(best, control),
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
