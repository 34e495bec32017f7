import type { CellRecord } from './types.ts'

/** What is known of the full network's time of inference from all measurements of a suite, each beside other networks. */
export interface FullTimes {
  readonly medianMs: number
  readonly p25Ms: number
  readonly p75Ms: number
  /** Measurements, one for each network that was timed. */
  readonly measurements: number
  /** Distance of the quartiles as a share of the median: within measurements or between them, whichever is larger. */
  readonly spread: number
}

/** A quiet machine's quartiles are a few percent apart; from here on its times say little. */
export const BUSY = 0.15

/** The full network is one network, however often it was timed as a reference: null where it never was. */
export function fullTimes(cells: readonly CellRecord[]): FullTimes | null {
  const all = cells.flatMap(({ latency }) => latency?.full ?? [])
  if (all.length === 0) return null
  const over = (of: (one: (typeof all)[number]) => number, share: number) => quantile(all.map(of), share)
  const medianMs = over((one) => one.medianMs, 0.5)
  const within = over((one) => (one.p75Ms - one.p25Ms) / one.medianMs, 0.5)
  const between = (over((one) => one.medianMs, 0.75) - over((one) => one.medianMs, 0.25)) / medianMs
  return {
    medianMs,
    p25Ms: over((one) => one.p25Ms, 0.5),
    p75Ms: over((one) => one.p75Ms, 0.5),
    measurements: all.length,
    spread: Math.max(within, between),
  }
}

/** Linear between the two nearest. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const place = share * (sorted.length - 1)
  const [below, above] = [sorted[Math.floor(place)] as number, sorted[Math.ceil(place)] as number]
  return below + (above - below) * (place - Math.floor(place))
}
