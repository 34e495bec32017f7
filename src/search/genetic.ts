import type { Stream } from '../values/random.ts'
import { drawMask, unpackMask } from './drawn-mask.ts'
import { crossed, mutated } from './genetic-crossover.ts'
import { diversity, joined, meanAccuracy } from './genetic-population.ts'
import type { Population } from './genetic-population.ts'
import type { Candidate, SearchMachine } from './machine.ts'
import type { MaskSpace } from './mask-space.ts'
import { justBelow } from './no-worse.ts'
import type { PackedMask } from './packed-mask.ts'
import { countRule, requireMasks, requireSettings, shareRule } from './preconditions.ts'
import { runSearch } from './run-search.ts'
import type { SearchOutcome, SearchSpace } from './run-search.ts'

export interface GeneticSettings {
  /** Masks evaluated in all. */
  readonly budget: number
  /** Masks that live at a time, and children of a generation. */
  readonly population: number
  /** A parent is the best of so many masks drawn from the population. */
  readonly tournament: number
  /**
   * Ones, and as many zeros, that are flipped in a child, as a share of the ones or zeros, whichever are fewer; at least one
   * of each.
   */
  readonly mutation: number
}

/** Where the genetic algorithm stands: plain data, never changed. */
export interface GeneticState {
  readonly evaluated: number
  /** Masks that children are made from in this generation; none in the first. */
  readonly parents: Population
  /** The best of the parents and of the children decided so far. */
  readonly living: Population
}

export interface GeneticProposal extends Candidate {
  /** Counted from 0. */
  readonly number: number
  readonly packed: PackedMask
}

/**
 * A genetic algorithm of the kind (μ + λ) with μ = λ (Eiben & Smith 2015, "Introduction to Evolutionary Computing"). The
 * first generation is drawn at random. Each child has two parents, won in tournaments; it takes what they agree on, half of
 * what they differ in, and a mutation. The best of parents and children live on, so none of them is evaluated again, and
 * the accuracy of a child matters only if it is no worse than the worst that lives. Of equals the youngest lives; a mask
 * lives once. Its budget is 1 where there is only one mask.
 * Everything about mask i is drawn from the child stream `mask i`.
 */
export function geneticMachine(
  settings: GeneticSettings,
  space: MaskSpace,
  random: Stream,
): SearchMachine<GeneticState, GeneticProposal> {
  requireSettings('the genetic algorithm', [
    countRule('budget', settings.budget, 1),
    countRule('population', settings.population, 2),
    countRule('tournament', settings.tournament, 1),
    shareRule('mutation', settings.mutation),
  ])
  requireMasks(space)
  const { size, kept } = space
  const { population } = settings
  const most = Math.min(kept, size - kept)
  const flips = Math.max(1, Math.round(settings.mutation * most))

  const maskOf = (number: number, parents: Population) => {
    const stream = random.child(`mask ${number}`)
    if (parents.length === 0) return drawMask(space, stream)
    const first = winner(parents.length, settings.tournament, stream)
    const second = partner(parents.length, first, settings.tournament, stream)
    const [one, other] = [parents[first], parents[second]] as [Population[number], Population[number]]
    return mutated(crossed(one.packed, other.packed, stream), size, flips, stream)
  }
  const isLastOfGeneration = (number: number) => (number + 1) % population === 0

  return {
    budget: most > 0 ? settings.budget : 1,
    start: () => ({ evaluated: 0, parents: [], living: [] }),
    evaluated: (state) => state.evaluated,
    propose: ({ evaluated: number, parents, living }) => {
      const packed = maskOf(number, parents)
      return { number, packed, mask: unpackMask(packed, size), above: leastAbove(living, population) }
    },
    decide: (state, { packed }, accuracy) => {
      const living =
        accuracy > leastAbove(state.living, population)
          ? joined(state.living, { packed, accuracy }, population)
          : state.living
      const parents = isLastOfGeneration(state.evaluated) ? living : state.parents
      return { evaluated: state.evaluated + 1, parents, living }
    },
    // Children of the next generation have parents that are not known yet.
    ahead: (state, { number }) =>
      isLastOfGeneration(number) ? undefined : { ...state, evaluated: state.evaluated + 1 },
    stands: (state, { number }) => number === state.evaluated,
    accuracy: ({ living }) => living[0]?.accuracy ?? 0,
    row: ({ evaluated, living }) => ({
      evaluated,
      accuracy: meanAccuracy(living),
      diversity: diversity(living),
      best: living[0]?.accuracy ?? 0,
    }),
    found: ({ living }) => unpackMask(living[0]?.packed ?? maskOf(0, []), size),
  }
}

/** What an accuracy in % must be above for its mask to live. */
function leastAbove(living: Population, population: number): number {
  const worst = living.at(-1)
  return worst && living.length >= population ? justBelow(worst.accuracy) : -Infinity
}

/** The best of some of the first `count` masks, drawn with repetition: they are sorted, so it is the first of them. */
function winner(count: number, tournament: number, random: Stream): number {
  let first = count - 1
  for (let i = 0; i < tournament; i++) first = Math.min(first, random.integer(count))
  return first
}

/** The winner of a tournament without the first parent; the first parent where there is no other. */
function partner(count: number, first: number, tournament: number, random: Stream): number {
  if (count === 1) return first
  const second = winner(count - 1, tournament, random)
  return second < first ? second : second + 1
}

/**
 * Searches for a mask of high accuracy by a genetic algorithm over `settings.budget` masks. The columns of the trace:
 * `evaluated`; mean `accuracy` in % of the masks that live; their `diversity`, the mean Hamming distance of two; the `best`
 * of them.
 */
export function geneticSearch(
  space: SearchSpace & MaskSpace & { readonly random: Stream },
  settings: GeneticSettings,
): Promise<SearchOutcome> {
  return runSearch(space, geneticMachine(settings, space, space.random))
}
