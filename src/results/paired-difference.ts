import { accuracyOf, type AccuracyName } from './accuracy.ts'
import { statistic } from './statistics.ts'
import type { CellRecord, Statistic } from './types.ts'

/** How much more accurate some cells are than others of the same seeds, in points of %. */
export interface PairedDifference extends Statistic {
  /** The seeds that both have, ascending, with their accuracies in %; the statistics are of a − b. */
  readonly pairs: readonly { readonly seed: number; readonly a: number; readonly b: number }[]
}

/**
 * Compares cells with others seed by seed: what a seed's weights and batches do to both falls out. Cells that are not
 * `ok`, or have no such accuracy, have no pair; null where there is none. Give cells that differ in their seed only.
 */
export function pairedDifference(
  a: readonly CellRecord[],
  b: readonly CellRecord[],
  metric: AccuracyName,
): PairedDifference | null {
  const others = bySeed(b, metric)
  const pairs = [...bySeed(a, metric)]
    .flatMap(([seed, value]) => {
      const other = others.get(seed)
      return other === undefined ? [] : [{ seed, a: value, b: other }]
    })
    .sort((one, other) => one.seed - other.seed)
  const difference = statistic(pairs.map((pair) => pair.a - pair.b))
  return difference && { ...difference, pairs }
}

function bySeed(cells: readonly CellRecord[], metric: AccuracyName): ReadonlyMap<number, number> {
  const found = new Map<number, number>()
  for (const cell of cells) {
    const value = cell.status === 'ok' ? accuracyOf(cell, metric) : null
    if (value !== null) found.set(cell.point.seed, value)
  }
  return found
}
