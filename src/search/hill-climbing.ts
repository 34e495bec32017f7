import type { Stream } from '../values/random.ts'
import { drawMask, unpackMask } from './drawn-mask.ts'
import { afterFlips, drawFlips, flipped, keptFirst } from './flips.ts'
import type { Flips, KeptFirst } from './flips.ts'
import type { Candidate, SearchMachine } from './machine.ts'
import type { MaskSpace } from './mask-space.ts'
import { justBelow } from './no-worse.ts'
import { countRule, requireMasks, requireSettings, shareRule } from './preconditions.ts'
import { runSearch } from './run-search.ts'
import type { SearchOutcome, SearchSpace } from './run-search.ts'

export interface HillClimbingSettings {
  /** Masks evaluated in all, the one it starts at among them. */
  readonly budget: number
  /**
   * Ones, and as many zeros, that a proposal flips, as a share of the ones or zeros, whichever are fewer: from `start` it
   * falls by an equal factor from mask to mask, to `end` at the last. At least one of each is flipped.
   */
  readonly flips: { readonly start: number; readonly end: number }
}

/** Where hill climbing stands: plain data, never changed. */
export interface HillClimbingState {
  readonly evaluated: number
  /** The current mask, in two forms; its accuracy in %, null before it is evaluated. */
  readonly mask: Uint8Array
  readonly order: KeptFirst
  readonly accuracy: number | null
  /** How often the current mask has changed, and how often to a better one. */
  readonly moves: number
  readonly improvements: number
}

export interface HillClimbingProposal extends Candidate {
  /** What it changes of the current mask. */
  readonly flips: Flips
  /** Counted from 0. */
  readonly number: number
  /** How often the current mask had changed when it was proposed. */
  readonly moves: number
}

/**
 * Hill climbing by random neighbours: as the (1+1) EA of Droste, Jansen & Wegener 2002, with a number of flips that is
 * scheduled. A neighbour that is no worse becomes the current mask. Equals are taken because accuracies are counts of
 * images: a search that waited for better ones would stand still wherever a few flips change no answer. Its budget is 1
 * where there is only one mask.
 * The first mask comes from the child stream `start`, the flips of proposal i from `proposal i`.
 */
export function hillClimbingMachine(
  settings: HillClimbingSettings,
  space: MaskSpace,
  random: Stream,
): SearchMachine<HillClimbingState, HillClimbingProposal> {
  const { start, end } = settings.flips
  requireSettings('hill climbing', [
    countRule('budget', settings.budget, 1),
    shareRule('flips.start', start),
    ['flips.end', end, end > 0 && end <= start, 'above 0 and at most flips.start'],
  ])
  requireMasks(space)
  const { size, kept } = space
  const most = Math.min(kept, size - kept)
  const budget = most > 0 ? settings.budget : 1
  const flipsAt = (number: number) => flipCount(settings.flips, most, (number - 1) / Math.max(1, budget - 2))

  return {
    budget,
    start: () => {
      const mask = unpackMask(drawMask(space, random.child('start')), size)
      return { evaluated: 0, mask, order: keptFirst(mask), accuracy: null, moves: 0, improvements: 0 }
    },
    evaluated: (state) => state.evaluated,
    propose: ({ evaluated: number, mask, order, accuracy, moves }) => {
      // The first proposal is the mask it starts at.
      const count = number === 0 ? 0 : flipsAt(number)
      const flips = drawFlips(order, kept, count, random.child(`proposal ${number}`))
      const above = accuracy === null ? -Infinity : justBelow(accuracy)
      return { mask: flipped(mask, flips), above, flips, number, moves }
    },
    decide: (state, { mask, flips }, accuracy) => {
      const evaluated = state.evaluated + 1
      if (state.accuracy === null) return { ...state, evaluated, accuracy }
      if (accuracy < state.accuracy) return { ...state, evaluated }
      return {
        evaluated,
        mask,
        order: afterFlips(state.order, kept, flips),
        accuracy,
        moves: state.moves + 1,
        improvements: state.improvements + (accuracy > state.accuracy ? 1 : 0),
      }
    },
    // Before the first accuracy is known nothing can be rejected.
    ahead: (state) => (state.accuracy === null ? undefined : { ...state, evaluated: state.evaluated + 1 }),
    stands: (state, { number, moves }) => number === state.evaluated && moves === state.moves,
    accuracy: (state) => state.accuracy ?? 0,
    row: (state, before) => {
      const decided = state.evaluated - before.evaluated
      return {
        evaluated: state.evaluated,
        accuracy: state.accuracy ?? 0,
        hammingDistance: 2 * (state.evaluated > 1 ? flipsAt(state.evaluated - 1) : 0),
        betterShare: (state.improvements - before.improvements) / decided,
        equalShare: (state.moves - state.improvements - before.moves + before.improvements) / decided,
        best: state.accuracy ?? 0,
      }
    },
    found: (state) => state.mask,
  }
}

/** Flips at a time of the search, from 0 to 1, when at most `most` are possible. */
function flipCount({ start, end }: HillClimbingSettings['flips'], most: number, time: number): number {
  return Math.max(1, Math.round(most * start * (end / start) ** time))
}

/**
 * Searches for a mask of high accuracy by hill climbing over `settings.budget` masks. The columns of the trace:
 * `evaluated`; `accuracy` in % of the current mask, which is also the `best`; `hammingDistance` of the last proposal;
 * shares of better and equal proposals since the row before.
 */
export function hillClimbing(
  space: SearchSpace & MaskSpace & { readonly random: Stream },
  settings: HillClimbingSettings,
): Promise<SearchOutcome> {
  return runSearch(space, hillClimbingMachine(settings, space, space.random))
}
