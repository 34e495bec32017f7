import { Problem } from '../values/problem.ts'
import type { Stream } from '../values/random.ts'
import { afterFlips, drawFlips, flipped, keptFirst } from './flips.ts'
import type { Flips, KeptFirst } from './flips.ts'
import { distancesAfter, remember } from './memory.ts'
import type { Memory } from './memory.ts'
import { packMask, withFlipped } from './packed-mask.ts'
import type { PackedMask } from './packed-mask.ts'
import { scheduleFor } from './schedule.ts'
import type { Moment } from './schedule.ts'
import { checkSettings } from './settings.ts'
import type { AnnealingSettings } from './settings.ts'

/** The masks that are searched: all with `kept` ones among `size` weights. */
export interface MaskSpace {
  readonly size: number
  readonly kept: number
}

/**
 * Where a search stands. Plain data, never changed: it can be stored, copied between processes, kept to return to.
 * Arrays are shared between states and must not be written to.
 */
export interface AnnealingState {
  /** Masks evaluated so far; the next proposal has this number. */
  readonly evaluated: number
  /** The current mask, in three forms. */
  readonly mask: Uint8Array
  readonly packed: PackedMask
  readonly order: KeptFirst
  readonly memory: Memory
  /** Which temperature it is at, counted from 0, and how many of its proposals are decided. */
  readonly temperature: number
  readonly decided: number
  /** Accuracies in % whose mean proposals are measured against: see `average`. */
  readonly accepted: { readonly sum: number; readonly count: number }
  /** The mask that was current after the temperature with the highest average so far, and that average. */
  readonly best: { readonly average: number; readonly mask: Uint8Array } | null
  /** Proposals decided so far: better ones, worse ones accepted, worse ones rejected. */
  readonly steps: { readonly down: number; readonly up: number; readonly no: number }
}

/** A neighbour of the current mask, to be evaluated. */
export interface Proposal {
  /** Not to be written to. */
  readonly mask: Uint8Array
  /** What it changes of the current mask. */
  readonly flips: Flips
  /** It is accepted if its accuracy in % is above this: known before it is evaluated. */
  readonly threshold: number
  /** Distances of the remembered masks from it, in the memory's order. */
  readonly distances: readonly number[]
}

/** Simulated annealing over one space of masks. Every function is pure: equal arguments, equal results. */
export interface Annealing {
  /** Masks it evaluates: the budget, or 1 where there is only one mask. */
  readonly budget: number
  /** A random mask, not evaluated yet. */
  start(): AnnealingState
  finished(state: AnnealingState): boolean
  /** What holds at the state's temperature. */
  moment(state: AnnealingState): Moment
  propose(state: AnnealingState): Proposal
  /**
   * The state after the proposal's accuracy in % is known; −Infinity rejects it, which is how to work ahead of an
   * evaluation. Throws a `Problem` if the accuracy is NaN.
   */
  decide(state: AnnealingState, proposal: Proposal, accuracy: number): AnnealingState
}

/**
 * Simulated annealing as in Sanchez & Reyes 2020. A proposal is accepted if its accuracy a is above the average ā, else
 * with probability exp(−(ā − a)/100 / T).
 *
 * What is drawn when: the first mask from the child stream `start`; everything about proposal i, redraws included, from
 * the child `proposal i`; the threshold of proposal i is number i of the child `acceptance`, drawn whether it is needed or
 * not. So a state needs no position in a stream, and proposals do not depend on how earlier ones were evaluated.
 */
export function annealing(settings: AnnealingSettings, space: MaskSpace, random: Stream): Annealing {
  checkSettings(settings)
  const { size, kept } = space
  if (!Number.isInteger(size) || !Number.isInteger(kept) || kept < 0 || kept > size)
    throw new RangeError(`no mask keeps ${kept} of ${size} weights`)
  const flipsAtFirst = Math.min(kept, size - kept)
  const budget = flipsAtFirst > 0 ? settings.budget : 1
  const schedule = scheduleFor(settings, flipsAtFirst)
  const acceptance = random.child('acceptance')

  return {
    budget,
    finished: (state) => state.evaluated >= budget,
    moment: (state) => schedule(state.temperature),

    start: () => {
      const mask = new Uint8Array(size)
      for (const i of random.child('start').permutation(size).subarray(0, kept)) mask[i] = 1
      const packed = packMask(mask)
      return {
        evaluated: 0,
        mask,
        packed,
        order: keptFirst(mask),
        memory: remember([], { packed, distance: 0 }, settings.memory.size),
        temperature: 0,
        decided: 0,
        accepted: { sum: 0, count: 0 },
        best: null,
        steps: { down: 0, up: 0, no: 0 },
      }
    },

    propose: (state) => {
      const moment = schedule(state.temperature)
      const stream = random.child(`proposal ${state.evaluated}`)
      const least = settings.memory.refuses === 'equal' ? Math.min(1, moment.flips) : moment.flips
      let flips: Flips
      let distances: readonly number[]
      let redraws = settings.memory.redraws
      do {
        flips = drawFlips(state.order, kept, moment.flips, stream)
        distances = distancesAfter(state.memory, state.packed, flips)
        // Where every neighbour is remembered, no draw would ever do: the last one stands.
      } while (distances.some((distance) => distance < least) && redraws-- > 0)

      const drawn = acceptance.at(state.evaluated).uniform()
      return {
        mask: flipped(state.mask, flips),
        flips,
        distances,
        // u < exp(−(ā − a)/100 / T), solved for a; being above ā is included, for ln u < 0.
        threshold: (average(state) ?? -Infinity) + 100 * moment.temperature * Math.log(drawn),
      }
    },

    decide: (state, proposal, accuracy) => {
      if (Number.isNaN(accuracy))
        throw new Problem('cell', `the accuracy of mask ${state.evaluated + 1} of the search is NaN`, {
          hint: 'look at the search’s energy function: accuracies are in %, from 0 to 100',
        })
      const before = average(state)
      const accept = before === null || accuracy > proposal.threshold
      const better = before === null || accuracy > before
      const evaluated = state.evaluated + 1
      const next: AnnealingState = {
        ...state,
        ...(accept ? moved(state, proposal, kept) : {}),
        evaluated,
        decided: state.decided + 1,
        accepted: accept
          ? { sum: state.accepted.sum + accuracy, count: state.accepted.count + 1 }
          : state.accepted,
        memory: recalled(state, proposal, accept, settings.memory.size),
        steps: {
          down: state.steps.down + (better ? 1 : 0),
          up: state.steps.up + (accept && !better ? 1 : 0),
          no: state.steps.no + (accept ? 0 : 1),
        },
      }
      const cools = next.decided >= schedule(state.temperature).proposals || evaluated >= budget
      return cools ? cooled(next) : next
    },
  }
}

/**
 * What proposals are measured against, in %: the mean accuracy of the states accepted at this temperature and of the
 * average it began with. Null before the first mask, which is always accepted.
 */
export function average({ accepted }: AnnealingState): number | null {
  return accepted.count === 0 ? null : accepted.sum / accepted.count
}

/** The current mask after an accepted proposal. */
function moved(
  state: AnnealingState,
  { mask, flips }: Proposal,
  kept: number,
): Pick<AnnealingState, 'mask' | 'packed' | 'order'> {
  return {
    mask,
    packed: withFlipped(state.packed, flips.cleared, flips.set),
    order: afterFlips(state.order, kept, flips),
  }
}

/** The memory with the proposal in it, its distances measured from the mask that is current now. */
function recalled(state: AnnealingState, proposal: Proposal, accepted: boolean, size: number): Memory {
  const { distances, flips } = proposal
  const others = accepted
    ? state.memory.map(({ packed }, i) => ({ packed, distance: distances[i] as number }))
    : state.memory
  const distance = accepted ? 0 : 2 * flips.cleared.length
  return remember(others, { packed: withFlipped(state.packed, flips.cleared, flips.set), distance }, size)
}

/** The end of a temperature: the current mask is the best if the average is; the average is carried over. */
function cooled(state: AnnealingState): AnnealingState {
  const carried = average(state)
  if (carried === null) return { ...state, temperature: state.temperature + 1, decided: 0 }
  const best =
    state.best === null || carried > state.best.average ? { average: carried, mask: state.mask } : state.best
  return {
    ...state,
    temperature: state.temperature + 1,
    decided: 0,
    accepted: { sum: carried, count: 1 },
    best,
  }
}
