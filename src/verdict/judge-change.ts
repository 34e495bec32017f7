import { leastSpread, studentTQuantile } from '../results/index.ts'
import { moderated, sampleVariance, type Variance, type VariancePrior } from './noise.ts'
import type { ChangeOutcome, FallenSeed } from './types.ts'

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
  readonly fallen: readonly FallenSeed[]
}

/** What a change is held against. */
export interface Standard {
  /** One-sided. */
  readonly level: number
  /** Of the variance of differences between two cells: of the same seed, and of any; null where no spread is known. */
  readonly prior: { readonly paired: VariancePrior | null; readonly unpaired: VariancePrior | null }
  /** Differences smaller than this are of no interest. */
  readonly least: number
  /** Images that an accuracy is a count of; null for other figures. */
  readonly images: number | null
}

/** With fewer seeds a drop is told as perhaps one, however likely chance is. */
const ENOUGH_SEEDS = 3

/** The one-sided level at which a change that is no regression yet is told as perhaps one. */
const SUSPICIOUS = 0.05

/** The part of a test's level that is spent on single seeds. */
const SINGLE = 0.05

/**
 * Where no spread over seeds is known, noise is taken for three times what drawing a test set makes, as if measured with four
 * degrees of freedom. Measured on MNIST: 1.4 times for trained, 8 times for untrained accuracies.
 */
const UNKNOWN = { times: 3, freedom: 4 }

/** Whether a figure changed at all in the seeds that then and now have in common; without common seeds it did. */
export function isChanged(before: BySeed, now: BySeed): boolean {
  const seeds = sharedSeeds(before, now)
  return seeds.length === 0 || seeds.some((seed) => before.get(seed) !== now.get(seed))
}

/**
 * Holds a change against noise: the mean of the differences of pairs with the same seed, whose variance is moderated by what
 * is known of all groups, against Student's t. Groups without common seeds are held against each other by their means. Where
 * no spread over seeds is known, it is guessed from the binomial spread of the test set. A single
 * seed that fell further than any two cells of different seeds differ by chance is worse, too, whatever the mean says.
 */
export function judgeChange(before: BySeed, now: BySeed, standard: Standard): Judgement {
  const { prior: priors, least, images } = standard
  const seeds = sharedSeeds(before, now)
  const level = standard.level * (judgesSeeds(seeds, images) ? 1 - SINGLE : 1)
  const { difference, own, pairs } = seeds.length > 0 ? paired(before, now) : unpaired(before, now)
  const floor = floorOf(before, now, images)
  const prior = (seeds.length > 0 ? priors.paired : priors.unpaired) ?? unknown(floor)
  const fallen = fallenSeeds(before, now, standard)
  const judgement = { difference, seeds, fallen }
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
  const spread = images === null ? noise : Math.max(noise, leastSpread(difference, images))
  const error = spread / Math.sqrt(pairs)
  const reach = studentTQuantile(1 - level, freedom) * error
  const limit = Math.max(reach, least)
  const suspicious =
    pairs < ENOUGH_SEEDS ? least : Math.max(least, studentTQuantile(1 - SUSPICIOUS, freedom) * error)
  const outcome =
    difference < -limit || fallen.length > 0
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

/**
 * Seeds each of which fell by itself, by what two cells of any seeds differ by: as cells of one seed differ by last bits only
 * in most groups, a mean over pairs would take one that broke for noise.
 */
function fallenSeeds(
  before: BySeed,
  now: BySeed,
  { level, prior, least, images }: Standard,
): readonly FallenSeed[] {
  const seeds = sharedSeeds(before, now)
  const floor = floorOf(before, now, images)
  const known = prior.unpaired ?? unknown(floor)
  if (floor === null || known === null || !judgesSeeds(seeds, images)) return []
  const then = sampleVariance([...before.values()])
  const variance = moderated(known, then && { ...then, value: 2 * then.value })
  const noise = Math.sqrt(Math.max(variance.value, floor))
  const freedom = Math.max(UNKNOWN.freedom, Math.floor(variance.freedom))
  const reach = studentTQuantile(1 - (level * SINGLE) / seeds.length, freedom) * noise
  const limit = -Math.max(reach, least)
  return seeds
    .map((seed) => ({ seed, before: before.get(seed) as number, now: now.get(seed) as number, limit }))
    .filter((one) => one.now - one.before < limit)
}

/** Of a single seed the mean is all there is; times scatter as they like. */
function judgesSeeds(seeds: readonly number[], images: number | null): boolean {
  return seeds.length > 1 && images !== null
}

/**
 * The variance of the difference of two accuracies in % on so many images, if they were as good and had nothing in common:
 * 2 p (100 − p) / images. What training makes of a seed comes on top. Null for figures that are no accuracies.
 */
function floorOf(before: BySeed, now: BySeed, images: number | null): number | null {
  if (images === null) return null
  const p = mean([...before.values(), ...now.values()])
  return (2 * p * (100 - p)) / images
}

function unknown(floor: number | null): VariancePrior | null {
  return floor === null ? null : { value: UNKNOWN.times ** 2 * floor, freedom: UNKNOWN.freedom }
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
