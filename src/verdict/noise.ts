/** A sample variance and its degrees of freedom. */
export interface Variance {
  readonly value: number
  readonly freedom: number
}

/** The sample variance of some values; null for fewer than two. */
export function sampleVariance(values: readonly number[]): Variance | null {
  if (values.length < 2) return null
  const center = values.reduce((sum, x) => sum + x, 0) / values.length
  const freedom = values.length - 1
  return { value: values.reduce((sum, x) => sum + (x - center) ** 2, 0) / freedom, freedom }
}

/** What is known of the variances of all groups: they scatter around `value` as if it had been measured with `freedom`. */
export interface VariancePrior {
  readonly value: number
  /** Many where the groups differ in their variance no more than by chance. */
  readonly freedom: number
}

/** What a prior counts at most, so that a group that is much noisier than all others keeps its say. */
const MOST_FREEDOM = 10

/** Variances too few to tell how much groups differ in theirs. */
const FEWEST = 3

/**
 * The prior of the variances of many groups: a scaled inverse χ² whose parameters are fitted to the logarithms of sample
 * variances (Smyth 2004, "Linear models and empirical Bayes methods", section 6.2). Null where no group has a spread.
 */
export function variancePrior(samples: readonly Variance[]): VariancePrior | null {
  const positive = samples.filter(({ value }) => value > 0)
  if (positive.length === 0) return null
  if (positive.length < FEWEST) return { value: pooled(positive), freedom: totalFreedom(positive) }
  // A variance of zero is one below what the figure's digits can tell.
  const least = 1e-4 * median(positive.map(({ value }) => value))
  const logs = samples
    .filter(({ freedom }) => freedom > 0)
    .map(({ value, freedom }) => ({
      log: Math.log(Math.max(value, least)) - digamma(freedom / 2) + Math.log(freedom / 2),
      expected: trigamma(freedom / 2),
    }))
  const n = logs.length
  const mean = logs.reduce((sum, { log }) => sum + log, 0) / n
  const scatter = logs.reduce((sum, { log }) => sum + (log - mean) ** 2, 0) / (n - 1)
  const excess = scatter - logs.reduce((sum, { expected }) => sum + expected, 0) / n
  if (excess <= trigamma(MOST_FREEDOM / 2)) return { value: Math.exp(mean), freedom: MOST_FREEDOM }
  const freedom = 2 * trigammaInverse(excess)
  return { value: Math.exp(mean + digamma(freedom / 2) - Math.log(freedom / 2)), freedom }
}

/** A group's variance drawn towards the prior, each counting by its degrees of freedom. */
export function moderated(prior: VariancePrior, own: Variance | null): Variance {
  if (own === null || own.freedom === 0) return prior
  const freedom = prior.freedom + own.freedom
  return { value: (prior.freedom * prior.value + own.freedom * own.value) / freedom, freedom }
}

function totalFreedom(samples: readonly Variance[]): number {
  return samples.reduce((sum, { freedom }) => sum + freedom, 0)
}

function pooled(samples: readonly Variance[]): number {
  return samples.reduce((sum, { value, freedom }) => sum + value * freedom, 0) / totalFreedom(samples)
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return ((sorted[(sorted.length - 1) >> 1] as number) + (sorted[sorted.length >> 1] as number)) / 2
}

/** ψ(x), x > 0: the recurrence up to 10, then the asymptotic series (Abramowitz & Stegun 6.3.18). */
export function digamma(x: number): number {
  let shift = 0
  while (x < 10) shift -= 1 / x++
  const y = 1 / (x * x)
  return shift + Math.log(x) - 1 / (2 * x) - y * (1 / 12 - y * (1 / 120 - y * (1 / 252 - y / 240)))
}

/** ψ′(x), x > 0 (Abramowitz & Stegun 6.4.12). */
export function trigamma(x: number): number {
  let shift = 0
  while (x < 10) shift += 1 / (x++) ** 2
  const y = 1 / (x * x)
  return shift + 1 / x + y / 2 + (y / x) * (1 / 6 - y * (1 / 30 - y * (1 / 42 - y / 30)))
}

/** The x > 0 at which ψ′ has a value, which falls in x: by bisection of its logarithm. */
function trigammaInverse(value: number): number {
  let [low, high] = [-25, 25]
  for (;;) {
    const middle = (low + high) / 2
    if (middle <= low || middle >= high) return Math.exp(middle)
    if (trigamma(Math.exp(middle)) > value) low = middle
    else high = middle
  }
}
