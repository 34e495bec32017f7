import type { Stream } from '../values/random.ts'
import { drawMask, unpackMask } from './drawn-mask.ts'
import type { Candidate, SearchMachine } from './machine.ts'
import type { MaskSpace } from './mask-space.ts'
import { countRule, requireMasks, requireSettings } from './preconditions.ts'
import { runSearch } from './run-search.ts'
import type { SearchOutcome, SearchSpace } from './run-search.ts'

export interface RandomSearchSettings {
  /** Masks evaluated in all. */
  readonly budget: number
}

/** Where random search stands: plain data, never changed. */
export interface RandomSearchState {
  readonly evaluated: number
  /** The most accurate mask so far, the first of equals. */
  readonly best: { readonly accuracy: number; readonly mask: Uint8Array } | null
  /** How often a mask was better than all before it. */
  readonly improvements: number
}

export interface RandomProposal extends Candidate {
  /** Counted from 0. */
  readonly number: number
}

/**
 * Random search (Bergstra & Bengio 2012): masks drawn independently, each equally likely; the most accurate is found.
 * Its budget is 1 where there is only one mask. Mask i comes from the child stream `mask i`.
 */
export function randomSearchMachine(
  settings: RandomSearchSettings,
  space: MaskSpace,
  random: Stream,
): SearchMachine<RandomSearchState, RandomProposal> {
  requireSettings('random search', [countRule('budget', settings.budget, 1)])
  requireMasks(space)
  const maskOf = (number: number) => unpackMask(drawMask(space, random.child(`mask ${number}`)), space.size)
  return {
    budget: space.kept > 0 && space.kept < space.size ? settings.budget : 1,
    start: () => ({ evaluated: 0, best: null, improvements: 0 }),
    evaluated: (state) => state.evaluated,
    propose: ({ evaluated, best }) => ({
      number: evaluated,
      mask: maskOf(evaluated),
      above: best?.accuracy ?? -Infinity,
    }),
    decide: (state, { mask }, accuracy) => {
      const evaluated = state.evaluated + 1
      if (state.best !== null && accuracy <= state.best.accuracy) return { ...state, evaluated }
      return { evaluated, best: { accuracy, mask }, improvements: state.improvements + 1 }
    },
    ahead: (state) => ({ ...state, evaluated: state.evaluated + 1 }),
    stands: (state, { number }) => number === state.evaluated,
    accuracy: ({ best }) => best?.accuracy ?? 0,
    row: (state, before) => ({
      evaluated: state.evaluated,
      best: state.best?.accuracy ?? 0,
      improvements: state.improvements - before.improvements,
    }),
    found: ({ best }) => best?.mask ?? maskOf(0),
  }
}

/**
 * Searches for a mask of high accuracy among `settings.budget` independent ones. The columns of the trace: `evaluated`,
 * `best` so far in %, and `improvements` since the row before.
 */
export function randomSearch(
  space: SearchSpace & MaskSpace & { readonly random: Stream },
  settings: RandomSearchSettings,
): Promise<SearchOutcome> {
  return runSearch(space, randomSearchMachine(settings, space, space.random))
}
