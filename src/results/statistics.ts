import type { Statistic } from './types.ts'

/**
 * Mean and sample standard deviation (n − 1 in the denominator) of some values; null where there are none.
 * The result depends on the order of the values in its last bits: give them in order of seed.
 */
export function statistic(values: readonly number[]): Statistic | null {
  const n = values.length
  if (n === 0) return null
  const mean = sum(values) / n
  if (n === 1) return { n, mean, sd: null }
  return { n, mean, sd: Math.sqrt(sum(values.map((x) => (x - mean) ** 2)) / (n - 1)) }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, x) => total + x, 0)
}
