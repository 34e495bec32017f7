/**
 * A figure of each seed, seeds in the order in which they come: the mean over repeats of a search on its weights. Seeds
 * are independent of each other; repeats of one seed are not, and would make intervals too narrow if they were counted.
 * What has no value is left out.
 */
export function meanBySeed<T>(
  cells: readonly T[],
  seedOf: (cell: T) => number,
  valueOf: (cell: T) => number | null | undefined,
): ReadonlyMap<number, number> {
  const sums = new Map<number, { sum: number; n: number }>()
  for (const cell of cells) {
    const value = valueOf(cell)
    if (value === null || value === undefined) continue
    const { sum, n } = sums.get(seedOf(cell)) ?? { sum: 0, n: 0 }
    sums.set(seedOf(cell), { sum: sum + value, n: n + 1 })
  }
  return new Map([...sums].map(([seed, { sum, n }]) => [seed, sum / n]))
}
