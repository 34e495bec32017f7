import { accuracyOf, type AccuracyName } from './accuracy.ts'
import { meanBySeed } from './mean-by-seed.ts'
import { statistic } from './statistics.ts'
import type { CellRecord, Statistic } from './types.ts'

/** How much more accurate some cells are than others of the same seeds, in points of %. */
export interface PairedDifference extends Statistic {
  /** The seeds that both have, ascending, with their accuracies in %; the statistics are of a − b. */
  readonly pairs: readonly { readonly seed: number; readonly a: number; readonly b: number }[]
}

/**
 * Compares cells with others seed by seed: what a seed's weights and batches do to both falls out. Cells that are not
 * `ok`, or have no such accuracy, have no pair; null where there is none. Give cells that differ in seed, or repeat of a
 * search, only, and the
 * number of comparisons that this one was chosen from (see `statistic`).
 */
export function pairedDifference(
  a: readonly CellRecord[],
  b: readonly CellRecord[],
  metric: AccuracyName,
  among = 1,
): PairedDifference | null {
  const others = bySeed(b, metric)
  const pairs = [...bySeed(a, metric)]
    .flatMap(([seed, value]) => {
      const other = others.get(seed)
      return other === undefined ? [] : [{ seed, a: value, b: other }]
    })
    .sort((one, other) => one.seed - other.seed)
  const differences = pairs.map((pair) => pair.a - pair.b)
  const images = Math.min(...a.map((cell) => cell.accuracy[metric]?.total ?? Infinity))
  const mean = differences.reduce((sum, x) => sum + x, 0) / differences.length
  const difference = statistic(differences, { among, leastSd: leastSpread(mean, images) })
  return difference && { ...difference, pairs }
}

/**
 * The least standard deviation, in points, of a difference of so many points between two networks on so many images: if every
 * image that they classify differently counted for the better one. With few images several seeds often differ by the same
 * count, and would seem to have no spread. (The variance of McNemar's test, (b + c − (b − c)²/n)/n², at c = 0.)
 */
export function leastSpread(difference: number, images: number): number {
  const share = Math.abs(difference) / 100
  return 100 * Math.sqrt((share * (1 - share)) / images)
}

function bySeed(cells: readonly CellRecord[], metric: AccuracyName): ReadonlyMap<number, number> {
  return meanBySeed(
    cells,
    ({ point }) => point.seed,
    (cell) => (cell.status === 'ok' ? accuracyOf(cell, metric) : null),
  )
}
