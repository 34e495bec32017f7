import { studentTQuantile } from './student-t.ts'
import type { Statistic } from './types.ts'

/**
 * Mean, sample standard deviation (n − 1 in the denominator) and confidence interval of some values; null where there are
 * none. The result depends on the order of the values in its last bits: give them in order of seed.
 */
export function statistic(values: readonly number[]): Statistic | null {
  const n = values.length
  if (n === 0) return null
  const mean = sum(values) / n
  if (n === 1) return { n, mean, sd: null, ci95: null }
  const sd = Math.sqrt(sum(values.map((x) => (x - mean) ** 2)) / (n - 1))
  const reach = (quantile95(n - 1) * sd) / Math.sqrt(n)
  return { n, mean, sd, ci95: [mean - reach, mean + reach] }
}

const quantiles = new Map<number, number>()

/** The two-sided 95 % quantile, kept: reports have thousands of statistics of few sizes. */
function quantile95(freedom: number): number {
  const known = quantiles.get(freedom)
  if (known !== undefined) return known
  const quantile = studentTQuantile(0.975, freedom)
  quantiles.set(freedom, quantile)
  return quantile
}

function sum(values: readonly number[]): number {
  return values.reduce((total, x) => total + x, 0)
}
