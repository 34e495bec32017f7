import { countRule, requireSettings, shareRule } from './preconditions.ts'

/** How simulated annealing goes about its search. Temperatures are counted from 0. */
export interface AnnealingSettings {
  /** Masks evaluated in all. */
  readonly budget: number
  /**
   * Temperatures of the search as published. What follows is stated for that many; a budget that gives fewer or more
   * passes through the same values in larger or smaller strides (`schedule.ts`).
   */
  readonly temperatures: number
  /** Temperature, in accuracy as a share of 1: multiplied by `factor` after each temperature. */
  readonly temperature: { readonly start: number; readonly factor: number }
  /** Proposals at one temperature (integer part): multiplied by `factor` after each, at most `max`. */
  readonly proposals: { readonly start: number; readonly factor: number; readonly max: number }
  /**
   * Ones, and as many zeros, that a proposal flips: all ones at first, multiplied by `factor` after each temperature
   * (integer part, at least 1). When it falls under `trough` times its last peak, it rises to `rise` times that peak,
   * which becomes the new peak: a sawtooth.
   */
  readonly flips: { readonly factor: number; readonly trough: number; readonly rise: number }
  /** A proposal too near to one of the last `size` masks is drawn again, at most `redraws` times; the last draw stands. */
  readonly memory: {
    readonly size: number
    readonly redraws: number
    /** What is too near: a Hamming distance under the present number of flips, or the very same mask. */
    readonly refuses: 'nearer-than-flips' | 'equal'
  }
}

/** The MLP experiments of the thesis: about 42,700 masks over 1,450 temperatures. */
export const thesisMlpSchedule: AnnealingSettings = {
  budget: 42_700,
  temperatures: 1450,
  temperature: { start: 0.006, factor: 0.999 },
  proposals: { start: 1, factor: 1.005, max: 50 },
  flips: { factor: 0.99, trough: 0.5, rise: 0.75 },
  memory: { size: 50, redraws: 50, refuses: 'nearer-than-flips' },
}

/** The CNN experiments of the thesis: 8,219 masks of filters over 1,000 temperatures. */
export const thesisCnnSchedule: AnnealingSettings = {
  budget: 8219,
  temperatures: 1000,
  temperature: { start: 0.005, factor: 0.995 },
  proposals: { start: 2, factor: 1.005, max: 10 },
  flips: { factor: 0.99, trough: 0.5, rise: 0.75 },
  memory: { size: 60, redraws: 30, refuses: 'equal' },
}

/** Throws a `Problem` that names the first setting with which annealing makes no sense. */
export function checkSettings(settings: AnnealingSettings): void {
  const { temperature, proposals, flips, memory } = settings
  requireSettings('simulated annealing', [
    [
      'budget',
      settings.budget,
      Number.isInteger(settings.budget) && settings.budget >= 1,
      'a whole number of masks, at least 1',
    ],
    countRule('temperatures', settings.temperatures, 1),
    [
      'temperature.start',
      temperature.start,
      temperature.start > 0 && Number.isFinite(temperature.start),
      'above 0',
    ],
    shareRule('temperature.factor', temperature.factor),
    ['proposals.start', proposals.start, proposals.start >= 1, 'at least 1'],
    ['proposals.factor', proposals.factor, proposals.factor >= 1, 'at least 1'],
    ['proposals.max', proposals.max, proposals.max >= proposals.start, 'at least proposals.start'],
    shareRule('flips.factor', flips.factor),
    shareRule('flips.trough', flips.trough),
    shareRule('flips.rise', flips.rise),
    countRule('memory.size', memory.size, 0),
    countRule('memory.redraws', memory.redraws, 0),
  ])
}
