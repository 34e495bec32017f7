import { Problem } from '../values/problem.ts'

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
  const rules: readonly (readonly [name: string, value: number, holds: boolean, rule: string])[] = [
    ['budget', settings.budget, isCount(settings.budget, 1), 'a whole number of masks, at least 1'],
    ['temperatures', settings.temperatures, isCount(settings.temperatures, 1), 'a whole number, at least 1'],
    ['temperature.start', temperature.start, isPositive(temperature.start), 'above 0'],
    ['temperature.factor', temperature.factor, isShare(temperature.factor), 'above 0 and at most 1'],
    ['proposals.start', proposals.start, proposals.start >= 1, 'at least 1'],
    ['proposals.factor', proposals.factor, proposals.factor >= 1, 'at least 1'],
    ['proposals.max', proposals.max, proposals.max >= proposals.start, 'at least proposals.start'],
    ['flips.factor', flips.factor, isShare(flips.factor), 'above 0 and at most 1'],
    ['flips.trough', flips.trough, isShare(flips.trough), 'above 0 and at most 1'],
    ['flips.rise', flips.rise, isShare(flips.rise), 'above 0 and at most 1'],
    ['memory.size', memory.size, isCount(memory.size, 0), 'a whole number, at least 0'],
    ['memory.redraws', memory.redraws, isCount(memory.redraws, 0), 'a whole number, at least 0'],
  ]
  const broken = rules.find(([, , holds]) => !holds)
  if (!broken) return
  const [name, value, , rule] = broken
  throw new Problem('usage', `simulated annealing's ${name} is ${value}: it must be ${rule}`, {
    hint: `correct the search's options in the suite, or the settings its file in criteria/ makes of them`,
  })
}

const isCount = (value: number, least: number) => Number.isInteger(value) && value >= least
const isPositive = (value: number) => value > 0 && Number.isFinite(value)
const isShare = (value: number) => value > 0 && value <= 1
