import type { AnnealingSettings } from './settings.ts'

/** What holds while the search is at one temperature. */
export interface Moment {
  /** In accuracy as a share of 1. */
  readonly temperature: number
  /** Ones, and as many zeros, that a proposal flips: half its Hamming distance from the current mask. */
  readonly flips: number
  /** Masks proposed at this temperature. */
  readonly proposals: number
}

/** The moments of a search, by temperature, counted from 0. */
export type Schedule = (temperature: number) => Moment

/**
 * Lays the published schedule over the budget. A budget of a share of the published masks gets that share of the
 * temperatures, at least one; temperature j of n then has the values of temperature j · (N − 1) / (n − 1) of the
 * published N. That raises the factors per temperature to the power (N − 1) / (n − 1), so that every budget anneals from
 * the first values to the last, sawtooth included, and the published budget gives the published schedule.
 * Masks left over after the last temperature are proposed with its values.
 */
export function scheduleFor(settings: AnnealingSettings, flipsAtFirst: number): Schedule {
  const published = settings.temperatures
  const count = temperaturesFor(settings)
  const stride = count > 1 ? (published - 1) / (count - 1) : 1
  const flips = flipsByTemperature(settings, flipsAtFirst)
  return (temperature) => {
    const time = Math.min(temperature * stride, published - 1)
    return {
      temperature: settings.temperature.start * settings.temperature.factor ** time,
      flips: flips[Math.floor(time)] as number,
      proposals: proposalsAt(settings, time),
    }
  }
}

/** How many temperatures a search with this budget passes through. */
export function temperaturesFor(settings: AnnealingSettings): number {
  return Math.max(1, Math.round((settings.temperatures * settings.budget) / publishedMasks(settings)))
}

/** How many masks the published schedule proposes. */
export function publishedMasks(settings: AnnealingSettings): number {
  let masks = 0
  for (let time = 0; time < settings.temperatures; time++) masks += proposalsAt(settings, time)
  return masks
}

function proposalsAt({ proposals }: AnnealingSettings, time: number): number {
  return Math.floor(Math.min(proposals.max, proposals.start * proposals.factor ** time))
}

function flipsByTemperature({ temperatures, flips }: AnnealingSettings, first: number): Int32Array {
  const all = new Int32Array(temperatures)
  let current = first
  let peak = first
  for (let t = 0; t < temperatures && first > 0; t++) {
    all[t] = current
    current = Math.max(1, Math.floor(current * flips.factor))
    if (current < peak * flips.trough) {
      current = Math.max(1, Math.floor(peak * flips.rise))
      peak = current
    }
  }
  return all
}
