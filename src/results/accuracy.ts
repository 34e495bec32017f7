import type { Count } from '../plan/facts.ts'
import type { CellRecord } from './types.ts'

/** The accuracies a cell has, by name. */
export type AccuracyName = keyof CellRecord['accuracy']

/** Accuracy in %. */
export function percentage({ correct, total }: Count): number {
  return (100 * correct) / total
}

/** A cell's accuracy in %; null where it has none. */
export function accuracyOf(cell: CellRecord, name: AccuracyName): number | null {
  const count = cell.accuracy[name]
  return count && percentage(count)
}
