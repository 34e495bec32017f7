import type { Stream } from '../values/random.ts'
import { average, cooled, moves } from './annealing-state.ts'
import type { AnnealingState } from './annealing-state.ts'
import { annealingRow } from './annealing-trace.ts'
import { afterFlips, drawFlips, flipped, keptFirst } from './flips.ts'
import type { Flips } from './flips.ts'
import type { Candidate, SearchMachine } from './machine.ts'
import type { MaskSpace } from './mask-space.ts'
import { comesTooNear, distancesAfter, remember } from './memory.ts'
import type { Memory } from './memory.ts'
import { packMask, withFlipped } from './packed-mask.ts'
import type { PackedMask } from './packed-mask.ts'
import { requireMasks } from './preconditions.ts'
import { scheduleFor } from './schedule.ts'
import type { Moment } from './schedule.ts'
import { checkSettings } from './settings.ts'
import type { AnnealingSettings } from './settings.ts'

/** A neighbour of the current mask. It is accepted if its accuracy in % is above `above`. */
export interface AnnealingProposal extends Candidate {
  /** The mask again, and what it changes of the current one. */
  readonly packed: PackedMask
  readonly flips: Flips
  /** Its number, from 0. */
  readonly number: number
  /** How often the current mask had changed when it was proposed. */
  readonly moves: number
}

/** Simulated annealing over one space of masks. */
export interface Annealing extends SearchMachine<AnnealingState, AnnealingProposal> {
  /** What holds at the state's temperature. */
  moment(state: AnnealingState): Moment
}

/**
 * Simulated annealing as in Sanchez & Reyes 2020. A proposal is accepted if its accuracy a is above the average ā, else
 * with probability exp(−(ā − a)/100 / T). Its budget is 1 where there is only one mask. It finds the mask that was
 * current when the average at the end of a temperature was highest.
 *
 * What is drawn when: the first mask from the child stream `start`; everything about proposal i, redraws included, from
 * the child `proposal i`; the threshold of proposal i is number i of the child `acceptance`, drawn whether it is needed or
 * not. So a state needs no position in a stream, and proposals do not depend on how earlier ones were evaluated.
 */
export function annealing(settings: AnnealingSettings, space: MaskSpace, random: Stream): Annealing {
  checkSettings(settings)
  const { size, kept } = space
  requireMasks(space)
  const flipsAtFirst = Math.min(kept, size - kept)
  const budget = flipsAtFirst > 0 ? settings.budget : 1
  const schedule = scheduleFor(settings, flipsAtFirst)
  const acceptance = random.child('acceptance')

  /** The state after the mask of a proposal was accepted, with its accuracy in %, or rejected: undefined. */
  function decided(
    state: AnnealingState,
    proposal: AnnealingProposal,
    accuracy: number | undefined,
  ): AnnealingState {
    const { steps, memory } = state
    const { mask, packed, flips } = proposal
    const { size } = settings.memory
    const evaluated = state.evaluated + 1
    const counted = { ...state, evaluated, decided: state.decided + 1 }
    const next =
      accuracy === undefined
        ? {
            ...counted,
            memory: remember(memory, { packed, distance: 2 * flips.cleared.length }, size),
            steps: { ...steps, no: steps.no + 1 },
          }
        : {
            ...counted,
            mask,
            packed,
            order: afterFlips(state.order, kept, flips),
            memory: remember(moved(memory, proposal), { packed, distance: 0 }, size),
            accepted: { sum: state.accepted.sum + accuracy, count: state.accepted.count + 1 },
            steps:
              accuracy > (average(state) ?? -Infinity)
                ? { ...steps, down: steps.down + 1 }
                : { ...steps, up: steps.up + 1 },
          }
    const cools = next.decided >= schedule(state.temperature).proposals || evaluated >= budget
    return cools ? cooled(next) : next
  }

  return {
    budget,
    evaluated: (state) => state.evaluated,
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
      let packed: PackedMask
      let redraws = settings.memory.redraws
      do {
        flips = drawFlips(state.order, kept, moment.flips, stream)
        packed = withFlipped(state.packed, flips.cleared, flips.set)
        // Where every neighbour is remembered, no draw would ever do: the last one stands.
      } while (comesTooNear(state.memory, flips, packed, least) && redraws-- > 0)

      const drawn = acceptance.at(state.evaluated).uniform()
      return {
        mask: flipped(state.mask, flips),
        // u < exp(−(ā − a)/100 / T), solved for a; being above ā is included, for ln u < 0.
        above: (average(state) ?? -Infinity) + 100 * moment.temperature * Math.log(drawn),
        packed,
        flips,
        number: state.evaluated,
        moves: moves(state),
      }
    },

    decide: (state, proposal, accuracy) =>
      decided(state, proposal, accuracy > proposal.above ? accuracy : undefined),

    // The first mask is always accepted.
    ahead: (state, proposal) => (average(state) === null ? undefined : decided(state, proposal, undefined)),

    stands: (state, proposal) => proposal.number === state.evaluated && proposal.moves === moves(state),

    accuracy: (state) => average(state) ?? 0,

    row: (state, before) => {
      // A temperature begins with the first decision at it: before that, the last one was made at the one before.
      const temperature = state.decided === 0 ? state.temperature - 1 : state.temperature
      return annealingRow(state, schedule(temperature), before)
    },

    found: (state) => state.best?.mask ?? state.mask,
  }
}

/** The memory with its distances measured from the mask of a proposal. */
function moved(memory: Memory, { flips, packed }: AnnealingProposal): Memory {
  const distances = distancesAfter(memory, flips, packed)
  return memory.map((mask, i) => ({ packed: mask.packed, distance: distances[i] as number }))
}
