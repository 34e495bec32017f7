import { studentTQuantile } from '../results/index.ts'
import { moderated, sampleVariance, type Variance, type VariancePrior } from './noise.ts'
import type { ChangeOutcome } from './types.ts'

/** A figure of the cells of one group, by seed. */
export type BySeed = ReadonlyMap<number, number>

/** What was found of a change of a figure of which more is better. Differences are now − before. */
export interface Judgement {
  readonly outcome: ChangeOutcome
  readonly difference: number
  readonly limit: number | null
  readonly interval: readonly [low: number, high: number] | null
  readonly noise: number | null
  readonly seeds: readonly number[]
  readonly seedsNeeded: number | null
}

/** What a change is held against. */
export interface Standard {
  /** One-sided. */
  readonly level: number
  /** Of the variance of differences between two cells: of the same seed, and of any; null where no spread is known. */
  readonly prior: { readonly paired: VariancePrior | null; readonly unpaired: VariancePrior | null }
  /** Differences smaller than this are of no interest. */
  readonly least: number
}

/** With fewer seeds a drop is told as perhaps one, however likely chance is. */
const ENOUGH_SEEDS = 3

/** The one-sided level at which a change that is no regression yet is told as perhaps one. */
const SUSPICIOUS = 0.05

/** Whether a figure changed at all in the seeds that then and now have in common; without common seeds it did. */
export function isChanged(before: BySeed, now: BySeed): boolean {
  const seeds = sharedSeeds(before, now)
  return seeds.length === 0 || seeds.some((seed) => before.get(seed) !== now.get(seed))
}

/**
 * Holds a change against noise: the mean of the differences of pairs with the same seed, whose variance is moderated by what
 * is known of all groups, against Student's t. Groups without common seeds are held against each other by their means.
 */
export function judgeChange(
  before: BySeed,
  now: BySeed,
  { level, prior: priors, least }: Standard,
): Judgement {
  const seeds = sharedSeeds(before, now)
  const { difference, own, pairs } = seeds.length > 0 ? paired(before, now) : unpaired(before, now)
  const prior = seeds.length > 0 ? priors.paired : priors.unpaired
  const judgement = { difference, seeds }
  if (!isChanged(before, now)) {
    return { ...judgement, outcome: 'identical', limit: null, interval: null, noise: null, seedsNeeded: null }
  }
  if (prior === null) {
    const outcome = difference < 0 ? 'unsure' : 'same'
    const seedsNeeded = outcome === 'unsure' ? ENOUGH_SEEDS : null
    return { ...judgement, outcome, limit: null, interval: null, noise: null, seedsNeeded }
  }
  const variance = moderated(prior, own)
  const freedom = Math.max(1, Math.floor(variance.freedom))
  const noise = Math.sqrt(variance.value)
  const error = noise / Math.sqrt(pairs)
  const reach = studentTQuantile(1 - level, freedom) * error
  const limit = Math.max(reach, least)
  const suspicious =
    pairs < ENOUGH_SEEDS ? least : Math.max(least, studentTQuantile(1 - SUSPICIOUS, freedom) * error)
  const outcome =
    difference < -limit
      ? 'worse'
      : difference > limit
        ? 'better'
        : difference < -suspicious
          ? 'unsure'
          : 'same'
  return {
    ...judgement,
    outcome,
    limit: -limit,
    interval: [difference - reach, difference + reach],
    noise,
    seedsNeeded:
      outcome === 'unsure'
        ? Math.max(ENOUGH_SEEDS, Math.floor(pairs) + 1, Math.ceil(pairs * (reach / difference) ** 2))
        : null,
  }
}

interface Difference {
  readonly difference: number
  /** Of a difference of two cells, as these cells have it. */
  readonly own: Variance | null
  /** How many pairs would have as small an error. */
  readonly pairs: number
}

function paired(before: BySeed, now: BySeed): Difference {
  const differences = differencesOf(before, now)
  return { difference: mean(differences), own: sampleVariance(differences), pairs: differences.length }
}

function unpaired(before: BySeed, now: BySeed): Difference {
  const [then, later] = [[...before.values()], [...now.values()]]
  const own = [sampleVariance(then), sampleVariance(later)].filter((one) => one !== null)
  const freedom = own.reduce((sum, one) => sum + one.freedom, 0)
  return {
    difference: mean(later) - mean(then),
    own:
      freedom === 0
        ? null
        : { value: (2 * own.reduce((sum, one) => sum + one.value * one.freedom, 0)) / freedom, freedom },
    // The harmonic mean of both numbers of seeds.
    pairs: 2 / (1 / then.length + 1 / later.length),
  }
}

/** Differences of pairs of the same seed. */
export function differencesOf(before: BySeed, now: BySeed): readonly number[] {
  return sharedSeeds(before, now).map((seed) => (now.get(seed) as number) - (before.get(seed) as number))
}

/** The seeds that both have, ascending. */
export function sharedSeeds(before: BySeed, now: BySeed): readonly number[] {
  return [...now.keys()].filter((seed) => before.has(seed)).sort((a, b) => a - b)
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length
}
