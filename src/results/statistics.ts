import { studentTQuantile } from './student-t.ts'
import type { Statistic } from './types.ts'

/**
 * Mean, sample standard deviation (n − 1 in the denominator) and confidence interval of some values; null where there are
 * none. The result depends on the order of the values in its last bits: give them in order of seed. Where the values are
 * those of one of several comparisons, chosen by how it came out, `among` says of how many: the intervals of all of them
 * together hold in 95 % of cases (Bonferroni; for any variances and dependence). `leastSd`: a standard deviation that the
 * interval takes at least, where a few values that happen to be equal do not show it.
 */
export function statistic(
  values: readonly number[],
  { among = 1, leastSd = 0 }: { readonly among?: number; readonly leastSd?: number } = {},
): Statistic | null {
  const n = values.length
  if (n === 0) return null
  const mean = sum(values) / n
  if (n === 1) return { n, mean, sd: null, ci95: null }
  const sd = Math.sqrt(sum(values.map((x) => (x - mean) ** 2)) / (n - 1))
  const reach = (quantile95(n - 1, among) * Math.max(sd, leastSd)) / Math.sqrt(n)
  return { n, mean, sd, ci95: [mean - reach, mean + reach] }
}

const quantiles = new Map<string, number>()

/** The two-sided 95 % quantile of so many intervals together, kept: reports have thousands of statistics of few sizes. */
function quantile95(freedom: number, among: number): number {
  const name = `${freedom} ${among}`
  const known = quantiles.get(name)
  if (known !== undefined) return known
  const quantile = studentTQuantile(1 - 0.025 / among, freedom)
  quantiles.set(name, quantile)
  return quantile
}

function sum(values: readonly number[]): number {
  return values.reduce((total, x) => total + x, 0)
}
